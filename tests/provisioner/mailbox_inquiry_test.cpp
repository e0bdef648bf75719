#include "provisioner/mailbox_inquiry.hpp"

#include "provisioner/managed_identity.hpp"
#include "provisioner/refresh_tokens.hpp"
#include "tests/provisioner/judging.hpp"
#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view graph_api = "00000003-0000-0000-c000-000000000000";
constexpr std::string_view some_tenant = "11111111-2222-3333-4444-555555555555";
constexpr std::string_view report =
    "Report Refresh Date,Total,Active,Report Date,Report Period\r\n"
    "2026-02-27,2000,1200,2026-02-27,7\r\n";

// An inquiry and what it asked so far.
struct talk {
    client_identity who{.client_id = "99999999-0000-4000-8000-000000000000",
                        .credential = std::make_shared<secret const>("the-secret")};
    mailbox_inquiry inquiry;
    std::vector<step> steps = {};
    http_request last = {};

    explicit talk(std::string_view tenant = some_tenant, bool ask_for_report = true)
        : inquiry({.tenant_id = std::string(tenant),
                   .services = *find_cloud("global"),
                   .ask_for_report = ask_for_report},
                  who) {}

    bool ask() {
        std::function<std::uint64_t()> const random = [] { return std::uint64_t{7}; };
        auto const next = inquiry.next();
        if (!next) return false;
        steps.push_back(*next);
        last = inquiry.request({.now = judged_at, .random = &random});
        return true;
    }

    // Asks once more and answers.
    talk& hear(round_trip_result answer) {
        REQUIRE(ask());
        auto const judged = judge(steps.back(), answer, judged_at);
        inquiry.absorb(answer, judged, judged_at);
        return *this;
    }

    talk& enter() { return hear(token(graph_api, {"Reports.Read.All"})); }

    mailbox_count const& end() {
        REQUIRE_FALSE(ask());
        return inquiry.found();
    }
};

http_reply leads_to(std::string_view location) {
    return reply(302, "", {{"Location", std::string(location)}});
}

constexpr std::string_view elsewhere = "https://reports.example/data/AbC?sig=1";

}  // namespace

TEST_CASE("by the usage report, whose host gets no token") {
    talk it;
    it.enter();
    auto const bearer = it.last.bearer;
    CHECK(bearer == nullptr);
    it.hear(leads_to(elsewhere));
    REQUIRE(it.last.bearer != nullptr);
    CHECK(it.last.to.host == "graph.microsoft.com");
    CHECK(it.last.target == "/v1.0/reports/getMailboxUsageMailboxCounts(period='D7')");
    it.hear(reply(200, report));
    CHECK(it.last.to.host == "reports.example");
    CHECK(it.last.target == "/data/AbC?sig=1");
    CHECK(it.last.bearer == nullptr);
    CHECK(it.last.headers.empty());
    auto const& found = it.end();
    CHECK(found.source == count_source::report);
    CHECK(found.mailboxes == 2000);
    CHECK(found.as_of == "2026-02-27");
    CHECK(it.steps ==
          std::vector{step::obtain_token, step::find_mailbox_report, step::download_mailbox_report});
}

TEST_CASE("a domain is looked up first") {
    talk it("contoso.example");
    it.hear(reply(
        200, R"({"issuer":"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"})"));
    it.enter();
    CHECK(it.last.target == "/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token");
}

TEST_CASE("where there is no report, by licences, and why is said") {
    std::vector<http_reply> refusals;
    refusals.push_back(refusal(403, "S2SUnauthorized", "Invalid permission."));
    refusals.push_back(refusal(404, "UnknownError", ""));
    refusals.push_back(refusal(400, "BadRequest", "no such report"));
    for (auto& each : refusals) {
        CAPTURE(each.status);
        auto const status = std::to_string(each.status);
        talk it;
        it.enter()
            .hear(std::move(each))
            .hear(reply(200,
                        "\xEF\xBB\xBF"
                        "1200"));
        REQUIRE(it.last.bearer != nullptr);
        CHECK(it.last.target.starts_with("/v1.0/users/$count?$filter=assignedPlans/any("));
        CHECK(it.last.headers.back() == std::pair<std::string, std::string>("ConsistencyLevel", "eventual"));
        auto const& found = it.end();
        CHECK(found.source == count_source::licences);
        CHECK(found.mailboxes == 1200);
        CHECK(found.why_no_report.find(status) != std::string::npos);
    }
    talk empty;
    empty.enter().hear(leads_to(elsewhere)).hear(reply(200, "Total,Report Date\n")).hear(reply(200, "3"));
    CHECK(empty.end().source == count_source::licences);
    talk told(some_tenant, false);
    told.enter().hear(reply(200, "3"));
    CHECK(told.end().mailboxes == 3);
    CHECK(told.steps == std::vector{step::obtain_token, step::count_licensed_users});
}

TEST_CASE("what failed for now, or is not what was asked for, gives no number") {
    struct {
        std::string_view about;
        std::vector<round_trip_result> answers;  // after the token
        meaning failed;
        std::string_view why;
    } table[] = {
        {"throttled for good", {}, meaning::wait, "429"},
        {"the report cannot be asked for", {}, meaning::transient, "ask for the mailbox report"},
        {"an address without TLS", {}, meaning::transient, "not one of https"},
        {"no address", {}, meaning::transient, "names no address"},
        {"a second redirect", {}, meaning::slot_refused, "which is not followed"},
        {"the address is too old", {}, meaning::slot_refused, "run the command again"},
        {"no report behind it", {}, meaning::transient, "no column `Report Date`"},
        {"its host cannot be trusted", {}, meaning::untrusted, "download the mailbox report"},
        {"not allowed to count either", {}, meaning::identity_refused, "User.Read.All"},
        {"no number", {}, meaning::transient, "not what was asked for"},
        {"a number out of range", {}, meaning::transient, "not what was asked for"},
    };
    auto answer = [&](std::size_t row, auto... replies) {
        (table[row].answers.emplace_back(std::move(replies)), ...);
    };
    auto const denied = [] { return refusal(403, "S2SUnauthorized", "Invalid permission."); };
    answer(0, throttled());
    answer(1, lost());
    answer(2, leads_to("http://reports.example/a"));
    answer(3, reply(200, report));
    answer(4, leads_to(elsewhere), leads_to("https://third.example/secret-path"));
    answer(5, leads_to(elsewhere), reply(403, "<Error/>"));
    answer(6, leads_to(elsewhere), reply(200, "<html>"));
    answer(7, leads_to(elsewhere), untrusted());
    answer(8, denied(), refusal(403, "Authorization_RequestDenied", ""));
    answer(9, denied(), reply(200, "many"));
    answer(10, denied(), reply(200, "-1"));
    for (auto& row : table) {
        CAPTURE(row.about);
        talk it;
        it.enter();
        for (auto& each : row.answers) it.hear(std::move(each));
        auto const& found = it.end();
        CHECK(found.source == count_source::none);
        CHECK(found.failed == row.failed);
        CHECK_MESSAGE(found.why.find(row.why) != std::string::npos, found.why);
        // The address is a permission.
        CHECK(found.why.find("AbC") == std::string::npos);
        CHECK(found.why.find("secret-path") == std::string::npos);
    }
}

TEST_CASE("a refused token is replaced once, and the same is asked again") {
    talk it;
    it.enter().hear(refusal(401, "InvalidAuthenticationToken", "expired")).enter();
    it.hear(leads_to(elsewhere)).hear(reply(200, report));
    CHECK(it.end().mailboxes == 2000);
    talk twice;
    twice.enter().hear(refusal(401, "InvalidAuthenticationToken", "expired")).enter();
    twice.hear(refusal(401, "InvalidAuthenticationToken", "expired"));
    CHECK(twice.end().failed == meaning::token_refused);
    talk download;
    download.enter().hear(leads_to(elsewhere)).hear(reply(401, ""));
    CHECK(download.end().failed == meaning::token_refused);
}

TEST_CASE("an identity that is not let in, and a tenant that does not exist") {
    talk out;
    out.hear(authority_refusal(401, 7000215));
    CHECK(out.end().failed == meaning::identity_refused);
    talk none("nowhere.example");
    none.hear(authority_refusal(400, 90002, "invalid_request"));
    CHECK(none.end().failed == meaning::tenant_refused);
    talk garbled;
    garbled.hear(reply(200, "{}"));
    CHECK(garbled.end().failed == meaning::transient);
}

TEST_CASE("a person's token is renewed by every reply, and a managed identity has it from its platform") {
    talk for_person;
    for_person.who.person = std::make_shared<refresh_tokens>(std::make_shared<secret const>("0.first"));
    for_person.hear(reply(200, R"({"expires_in":3600,"refresh_token":"0.second","access_token":")" +
                                   jwt(R"({"scp":"Reports.Read.All"})") + "\"}"));
    CHECK(for_person.last.grant->reveal() == "0.first");
    CHECK(for_person.who.person->newest()->reveal() == "0.second");
    talk itself;
    itself.who.itself =
        std::make_shared<managed_identity const>(managed_identity{*managed_platform::find({}), {}});
    itself.enter();
    CHECK(itself.last.in_clear.has_value());
    CHECK(itself.hear(reply(404, "")).hear(reply(200, "3")).end().mailboxes == 3);
}

TEST_CASE("usage reports are of the global cloud") {
    for (auto const* name : {"global", "usgov", "dod", "china"}) {
        CAPTURE(name);
        CHECK(has_usage_reports(*find_cloud(name)) == (std::string_view(name) == "global"));
    }
}

TEST_SUITE_END();
