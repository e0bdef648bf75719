#include "planner/plan.hpp"

#include "planner/plan_pool.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <sodium.h>

#include <array>
#include <sstream>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace json = boost::json;

namespace {

plan_header header() {
    plan_header out;
    out.rule = built_in_rules()[0];
    out.growth_percent = 20;
    out.profile = built_in_profiles()[0];
    return out;
}

planned_pool pool_of(std::string tenant, std::string name, std::string workload, std::int64_t mailboxes) {
    tenant_row row;
    row.tenant_id = std::move(tenant);
    row.name = std::move(name);
    row.workload = std::move(workload);
    row.mailboxes = mailboxes;
    return *plan_row(row, {header().rule, 20, "", 200});
}

std::vector<planned_pool> pools() {
    return {pool_of("a.com", "A \"quoted\" \\ / 株 😀\nsecond line", "exchange", 2400),
            pool_of("11111111-2222-3333-4444-555555555555", "", "teams", 7),
            pool_of("b.com", "", "exchange", 0)};
}

std::string id_of(plan_header const& head, std::vector<planned_pool> const& rows) {
    plan_digest digest(head);
    for (auto const& row : rows) digest.add(row);
    return digest.finish();
}

std::string written(plan_header const& head, std::vector<planned_pool> const& rows) {
    std::ostringstream out;
    plan_writer writer(out);
    writer.begin(head, id_of(head, rows));
    plan_totals totals;
    for (auto const& row : rows) {
        writer.add(row);
        totals.add(row);
    }
    writer.end(totals);
    return out.str();
}

std::string with(std::string text, std::string_view part, std::string_view by) {
    auto const at = text.find(part);
    REQUIRE_MESSAGE(at != std::string::npos, part);
    return text.replace(at, part.size(), by);
}

std::string problems_of(std::string_view text, std::int64_t max_apps = 200) {
    auto const read = parse_plan(text, "p.json", max_apps);
    return read.has_value() ? "none" : read.error().text();
}

json::object without_what_informs(json::value const& of) {
    json::object kept;
    for (auto const& [key, member] : of.as_object()) {
        if (key != "existing" && key != "to_create" && key != "surplus") kept[key] = member;
    }
    return kept;
}

constexpr std::string_view changed =
    "p.json: this plan was changed after it was made: make it again with `poolwright plan --save`";

}  // namespace

TEST_CASE("a plan is written a tenant a line, byte for byte") {
    auto const text =
        written(header(), {pool_of("a.com", "A", "exchange", 2400), pool_of("b.com", "", "exchange", 0)});
    auto const body = text.substr(text.find(",\"tenants\""));
    CHECK(
        body ==
        ",\"tenants\":[\n"
        R"({"tenant_id":"a.com","name":"A","workload":"exchange","pool":"exchange","rule":"commvault-exchange","redirect_uri":"",)"
        R"("cloud":"","mailboxes":2400,"apps":6,"existing":0,"to_create":6,"surplus":0,)"
        R"("reason":"2,400 mailboxes + 20 % growth = 2,880: base 5 for ≤ 2,500; +1 for 380 above","next_app_at":2917},)"
        "\n"
        R"({"tenant_id":"b.com","name":"","workload":"exchange","pool":"exchange","rule":"commvault-exchange","redirect_uri":"",)"
        R"("cloud":"","mailboxes":0,"apps":0,"existing":0,"to_create":0,"surplus":0,"reason":"0 mailboxes: no app","next_app_at":1})"
        "\n],"
        R"("totals":{"tenants":2,"mailboxes":2400,"apps":6,"existing":0,"to_create":6,"surplus":0}})"
        "\n");
    CHECK(text.starts_with(R"({"schema":"poolwright.plan/1","plan_id":")"));
    auto const head = text.substr(0, text.find(",\"tenants\""));
    CHECK(head.ends_with("\",\"rule\":" + json::serialize(to_json(header().rule)) +
                         R"(,"growth_percent":20,"pool":"","profile":)" +
                         json::serialize(to_json(header().profile))));
}

TEST_CASE("what is written is read again, the same") {
    for (bool const based : {false, true}) {
        auto head = header();
        head.pool = based ? "mine" : "";
        if (based) head.based_on = plan_basis{"0123abcd", 7};
        auto rows = pools();
        rows[0].existing = 4;
        rows[0].to_create = 2;
        rows[2].surplus = 3;
        auto const text = written(head, rows);
        auto const read = parse_plan(text, "p.json", 200);
        REQUIRE_MESSAGE(read.has_value(), problems_of(text));
        CHECK(read->plan_id == id_of(head, rows));
        CHECK(read->header == head);
        CHECK(read->pools == rows);
        CHECK(read->totals.surplus == 3);
        CHECK(written(read->header, read->pools) == text);
    }
}

TEST_CASE("a plan without tenants, and one that sizes a number") {
    CHECK(problems_of(written(header(), {})) == "none");
    CHECK(problems_of(written(header(), {*plan_total(10'000, {header().rule, 20, "", 200})})) == "none");
    auto two = pools();
    two[1].tenant_id = "";
    CHECK(problems_of(written(header(), two)) ==
          "p.json: tenants[1].tenant_id: is empty, which only the one pool of a plan without tenants may be");
}

TEST_CASE("every control character is escaped as JSON wants it") {
    std::string name;
    for (char c = 1; c < 0x20; ++c) name += c;
    name += "\"\\/\x7f";
    auto const text = written(header(), {pool_of("a.com", name, "exchange", 1)});
    auto const value = json::parse(text);
    CHECK(value.at("tenants").at(0).at("name").as_string() == name);
    CHECK(text.find(R"(\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f\u0010)") !=
          std::string::npos);
    CHECK(text.find("\\u001f\\\"\\\\/\x7f\"") != std::string::npos);
}

TEST_CASE("the longest row, each byte of which is escaped, is read again") {
    auto row = pool_of("a.com", std::string(256, '\x01'), "exchange", 2400);
    row.mailboxes = row.apps = row.existing = row.to_create = row.surplus = most_mailboxes;
    row.next_app_at = most_mailboxes;
    row.reason = std::string(200, '\x02');
    row.redirect_uri = std::string(256, '\x1f');
    auto const value = json::parse(written(header(), {row}));
    auto const& read = value.at("tenants").at(0);
    CHECK(read.at("name").as_string() == row.name);
    CHECK(read.at("reason").as_string() == row.reason);
    CHECK(read.at("redirect_uri").as_string() == row.redirect_uri);
}

TEST_CASE("plan_id is the SHA-256 of the canonical document") {
    std::vector<planned_pool> many;
    for (int i = 0; i < 300; ++i)
        many.push_back(pool_of("t" + std::to_string(i) + ".com", "", "exchange", i));
    for (auto const& rows : {pools(), many}) {
        auto const value = json::parse(written(header(), rows)).as_object();
        std::string canonical =
            "{\"schema\":\"poolwright.plan/1\",\"rule\":" + json::serialize(value.at("rule")) +
            ",\"growth_percent\":20,\"pool\":\"\",\"profile\":" + json::serialize(value.at("profile")) +
            ",\"tenants\":[";
        for (auto const& one : value.at("tenants").as_array()) {
            canonical += (canonical.back() == '[' ? "" : ",") + json::serialize(without_what_informs(one));
        }
        canonical += "],\"totals\":" + json::serialize(without_what_informs(value.at("totals"))) + "}";
        std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
        crypto_hash_sha256(hash.data(), reinterpret_cast<unsigned char const*>(canonical.data()),
                           canonical.size());
        std::array<char, 65> hex{};
        sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
        CHECK(id_of(header(), rows) == hex.data());
    }
}

TEST_CASE("plan_id says what is to be done, and not what was there") {
    auto const id = id_of(header(), pools());
    CHECK(id == id_of(header(), pools()));
    auto head = header();
    head.based_on = plan_basis{"x", 1};
    auto rows = pools();
    rows[0].existing = 1;
    rows[0].to_create = 5;
    rows[1].surplus = 9;
    CHECK(id_of(head, rows) == id);
    std::swap(rows[0], rows[1]);
    CHECK(id_of(head, rows) != id);
    head.growth_percent = 21;
    CHECK(id_of(head, pools()) != id);
}

TEST_CASE("a plan that was changed is refused") {
    auto const text = written(header(), pools());
    struct row {
        std::string_view part, by;
    };
    std::array<row, 15> const table{{{"\"mailboxes\":2400", "\"mailboxes\":2401"},
                                     {"\"apps\":6", "\"apps\":7"},
                                     {"\"tenant_id\":\"a.com\"", "\"tenant_id\":\"c.com\""},
                                     {"\"tenant_id\":\"11111111", "\"tenant_id\":\"21111111"},
                                     {"A \\\"quoted", "B \\\"quoted"},
                                     {"\"workload\":\"teams\"", "\"workload\":\"onedrive\""},
                                     {"\"pool\":\"teams\"", "\"pool\":\"Teams\""},
                                     {"\"rule\":\"single-app\"", "\"rule\":\"single\""},
                                     {"\"redirect_uri\":\"\"", "\"redirect_uri\":\"https://a.com/\""},
                                     {"\"cloud\":\"\"", "\"cloud\":\"dod\""},
                                     {"growth = 2,880", "growth = 2,881"},
                                     {"\"next_app_at\":2917", "\"next_app_at\":2918"},
                                     {"\"growth_percent\":20", "\"growth_percent\":21"},
                                     {"Group.ReadWrite.All", "Group.Read.All"},
                                     {"\"tenants\":3", "\"tenants\":4"}}};
    for (auto const& [part, by] : table) CHECK_MESSAGE(problems_of(with(text, part, by)) == changed, part);
    auto const id = id_of(header(), pools());
    CHECK(problems_of(with(text, id, std::string(64, '0'))) == changed);
    CHECK(problems_of(with(text, "\"existing\":0", "\"existing\":1")) ==
          changed);  // no longer what the totals say
}

TEST_CASE("white space and the order of keys do not matter") {
    auto value = json::parse(written(header(), pools())).as_object();
    auto const totals = value["totals"];
    value.erase("totals");
    json::object turned{{"totals", totals}};
    for (auto const& [key, member] : value) turned[key] = member;
    CHECK(problems_of(json::serialize(turned)) == "none");
    CHECK(problems_of(with(written(header(), pools()), "\"tenants\":[", "\"tenants\" : [\r\n\t ")) == "none");
}

TEST_CASE("what is wrong with a plan, all at once") {
    auto const text = written(header(), pools());
    struct row {
        std::string text;
        std::string_view problems;
    };
    std::array<row, 18> const table{{
        {with(text, "plan/1", "plan/2"),
         "p.json: the schema is `poolwright.plan/2`: this must be a document of schema `poolwright.plan/1`"},
        {with(text, "\"totals\"", "\"sums\""), "p.json: unknown key `sums`\np.json: totals: is missing"},
        {with(text, "\"growth_percent\":20", "\"growth_percent\":1001"),
         "p.json: growth_percent: must be a whole number from 0 to 1000"},
        {with(text, "\"base_apps\":5", "\"base_apps\":-5"),
         "p.json: rule.base_apps: must be a whole number from 0 to 1000000000"},
        {with(text, "Group.ReadWrite.All", "Group.Write.All"),
         "p.json: profile.resources[1].permissions: Microsoft Graph has no permission `Group.Write.All`, use "
         "`Group.ReadWrite.All`"},
        {with(text, "\"mailboxes\":2400", "\"mailboxes\":\"2400\""),
         "p.json: tenants[0].mailboxes: must be a whole number from 0 to 1000000000"},
        {with(text, "\"apps\":6", "\"apps\":-6"),
         "p.json: tenants[0].apps: must be a whole number from 0 to 1000000000"},
        {with(text, "\"apps\":6", "\"apps\":6,\"app\":6"),
         "p.json: tenants[0]: unknown key `app`, did you mean `apps`?"},
        {with(text, "\"apps\":6", "\"apps\":201"),
         "p.json: tenants[0].apps: `a.com` needs 201 apps, more than --max-apps 200: correct the number of "
         "mailboxes or raise the limit"},
        {with(text, "\"tenant_id\":\"b.com\"", "\"tenant_id\":\"a.com\""),
         "p.json: tenants[2].tenant_id: the same tenant and pool as in tenants[0]"},
        {with(text, "\"tenant_id\":\"b.com\"", "\"tenant_id\":\"B.com\""),
         "p.json: tenants[2].tenant_id: must be a directory id or a domain name, in lower case: `B.com`"},
        {with(text, "\"pool\":\"teams\"", "\"pool\":\"\""),
         "p.json: tenants[1].pool: must be 1 to 40 letters, digits and `-`: ``"},
        {with(text, "\"workload\":\"teams\"", "\"workload\":\"any\""),
         "p.json: tenants[1].workload: must be `exchange`, `onedrive`, `sharepoint` or `teams`: `any`"},
        {with(text, "\"redirect_uri\":\"\"", "\"redirect_uri\":\"http://a.com\""),
         "p.json: tenants[0].redirect_uri: must be an https address: `http://a.com`"},
        {with(text, "\"cloud\":\"\"", "\"cloud\":\"mars\""),
         "p.json: tenants[0].cloud: must be `global`, `usgov`, `dod` or `china`: `mars`"},
        {with(text, id_of(header(), pools()), "xyz"),
         "p.json: plan_id: must be 64 hexadecimal digits: `xyz`"},
        {with(text, "\"tenants\":[", "\"tenants\":[7,"), "p.json: tenants[0]: must be an object"},
        {with(with(text, "\"mailboxes\":2400", "\"mailboxes\":null"), "\"surplus\":0,\"reason\"",
              "\"surplus\":0.5,\"reason\""),
         "p.json: tenants[0].mailboxes: must be a whole number from 0 to 1000000000\n"
         "p.json: tenants[0].surplus: must be a whole number from 0 to 1000000000"},
    }};
    for (auto const& [bad, problems] : table) CHECK(problems_of(bad) == problems);
    CHECK(problems_of(text, 5) ==
          "p.json: tenants[0].apps: `a.com` needs 6 apps, more than --max-apps 5: correct the number of "
          "mailboxes or raise the limit");
}

TEST_CASE("a plan that ends anywhere but at its end is refused, and nothing breaks") {
    auto const text = written(header(), {pool_of("a.com", "A", "exchange", 1)});
    for (std::size_t size = 0; size + 1 < text.size(); ++size) {
        REQUIRE(problems_of(std::string_view(text).substr(0, size)).find("this is not JSON") !=
                std::string::npos);
    }
}

TEST_SUITE_END();
