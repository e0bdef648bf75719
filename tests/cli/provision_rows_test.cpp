#include "cli/provision_rows.hpp"

#include "cli/failure.hpp"
#include "cli/provision_preview.hpp"
#include "cli/provision_resume.hpp"

#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using planner::planned_pool;

namespace {

constexpr auto* one = "11111111-1111-1111-1111-111111111111";
constexpr auto* two = "22222222-2222-2222-2222-222222222222";

planned_pool row(std::string tenant, std::string name, std::int64_t apps, std::string workload = "exchange") {
    planned_pool made;
    made.tenant_id = std::move(tenant);
    made.name = std::move(name);
    made.workload = workload;
    made.pool = std::move(workload);
    made.apps = apps;
    made.mailboxes = 2500;
    made.reason = "base";
    return made;
}

planner::plan plan_of(std::vector<planned_pool> pools) {
    planner::plan made;
    made.plan_id = std::string(64, '0');
    made.header.profile = planner::built_in_profiles().front();
    made.pools = std::move(pools);
    return made;
}

plan_rows all(planner::plan const& plan) {
    return chosen_rows(plan, {});
}

// The message and hint of a refusal, which must be about input.
std::string refusal(std::function<void()> const& what) {
    try {
        what();
        return {};
    } catch (failure const& why) {
        CHECK(why.code() == bad_input);
        return std::string(why.what()) + " | " + why.hint();
    }
}

bool has(std::string const& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Rows: --only takes ids, domains and names, in any case of letters") {
    auto const plan = plan_of({row(one, "Contoso", 5), row("fabrikam.com", "Fabrikam", 5),
                               row("fabrikam.com", "Fabrikam", 1, "teams"), row(two, "", 5)});
    struct {
        std::vector<std::string> only;
        std::vector<std::size_t> expected;
    } const table[] = {
        {{}, {0, 1, 2, 3}},         {{one}, {0}}, {{"Contoso"}, {0}},         {{"contoso"}, {0}},
        {{"FABRIKAM.com"}, {1, 2}}, {{two}, {3}}, {{"Contoso", two}, {0, 3}}, {{two, "contoso", one}, {0, 3}},
    };
    for (auto const& each : table) {
        auto const rows = chosen_rows(plan, each.only);
        REQUIRE(rows.size() == each.expected.size());
        for (std::size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == &plan.pools[each.expected[i]]);
    }
    auto const text = refusal([&] { chosen_rows(plan, {"Contosso"}); });
    CHECK(has(text, "`Contosso`"));
    CHECK(has(text, "did you mean `Contoso`?"));
    CHECK(has(refusal([&] { chosen_rows(plan, {"Contoso", ""}); }), "--only"));
}

TEST_CASE("Rows: what cannot be provisioned is refused with every row that has the fault") {
    auto const mixed =
        plan_of({row(one, "Contoso", 5), row("a.example", "A", 1, "teams"),
                 row("b.example", "B", 1, "onedrive"), row("c.example", "C", 0, "sharepoint")});
    auto const text = refusal([&] { check_rows(all(mixed), mixed.header.profile, false, "t.csv"); });
    CHECK(has(text, "t.csv: `a.example` (`A`)"));
    CHECK(has(text, "`b.example`"));
    CHECK_FALSE(has(text, "Contoso"));
    CHECK_FALSE(has(text, "c.example"));
    CHECK(has(text, "--profile"));
    CHECK(refusal([&] {
              check_rows(chosen_rows(mixed, {"Contoso", "C"}), mixed.header.profile, true, "t.csv");
          }).empty());

    auto const nobody = plan_of({row("", "", 5)});
    CHECK(
        has(refusal([&] { check_rows(all(nobody), nobody.header.profile, false, "p"); }), "names no tenant"));

    auto elsewhere = plan_of({row(one, "Contoso", 5)});
    elsewhere.pools[0].cloud = "usgov";
    CHECK(refusal([&] { check_rows(all(elsewhere), elsewhere.header.profile, false, "p"); }).empty());
    CHECK(has(refusal([&] { check_rows(all(elsewhere), elsewhere.header.profile, true, "p"); }), "`usgov`"));
}

TEST_CASE("Rows: each domain is looked up once, at the authority of its cloud") {
    auto plan = plan_of({row(one, "Contoso", 5), row("a.example", "A", 1), row("a.example", "A", 1, "teams"),
                         row("b.example", "B", 1)});
    plan.pools[3].cloud = "china";
    auto const domains = domains_of(all(plan), *provisioner::find_cloud("global"));
    REQUIRE(domains.size() == 2);
    CHECK(domains[0].name == "a.example");
    CHECK(domains[0].authority.url() == "https://login.microsoftonline.com");
    CHECK(domains[1].authority.url() == "https://login.chinacloudapi.cn");
}

TEST_CASE("Rows: a domain without a directory is lost with all its apps, the others go on") {
    auto const plan = plan_of({row(one, "Contoso", 5), row("a.example", "A", 1),
                               row("a.example", "A", 2, "teams"), row("b.example", "B", 3)});
    lookup_results found;
    found.emplace("a.example", provisioner::lookup_failure(provisioner::meaning::tenant_refused, "no such"));
    found.emplace("b.example", *provisioner::parse_guid(two));
    auto const resolved = resolve(all(plan), found);
    REQUIRE(resolved.pools.size() == 2);
    CHECK(to_string(resolved.pools[0].directory_id) == one);
    CHECK(to_string(resolved.pools[1].directory_id) == two);
    REQUIRE(resolved.lost.size() == 1);
    CHECK(resolved.lost[0].apps == 3);
    CHECK(resolved.lost[0].tenant.id == "a.example");
    CHECK(resolved.lost[0].reason.why == "no such");
}

TEST_CASE("Rows: two rows that turn out to be one pool, or one directory in two clouds, are refused") {
    auto plan = plan_of({row(one, "Contoso", 5), row("contoso.com", "Contoso Ltd", 5),
                         row("contoso.com", "Contoso Ltd", 1, "teams")});
    lookup_results found;
    found.emplace("contoso.com", *provisioner::parse_guid(one));
    auto const text = refusal([&] { check_resolved(resolve(all(plan), found).pools, "t.csv"); });
    CHECK(has(text, one));
    CHECK(has(text, "`contoso.com` (`Contoso Ltd`)"));
    CHECK(has(text, "`exchange`"));
    CHECK_FALSE(has(text, "`teams`"));

    plan.pools[1].pool = "archive";
    CHECK(refusal([&] { check_resolved(resolve(all(plan), found).pools, "t.csv"); }).empty());
    plan.pools[2].cloud = "usgov";
    CHECK(
        has(refusal([&] { check_resolved(resolve(all(plan), found).pools, "t.csv"); }), "different clouds"));
}

namespace {

// A ledger in memory that commits at once.
std::unique_ptr<provisioner::ledger> memory_ledger(std::string const& name) {
    provisioner::commit_executor const at_once =
        [](std::function<void()> const& job, std::function<void(std::exception_ptr)> const& done_with) {
            job();
            done_with(nullptr);
        };
    return provisioner::make_ledger(*provisioner::parse_ledger_url("sqlite::memory:" + name), at_once);
}

provisioner::slot_row slot(provisioner::pool_id pool, std::int32_t ordinal, provisioner::slot_state state) {
    provisioner::slot_row made;
    made.pool = pool;
    made.ordinal = ordinal;
    made.record.state = state;
    return made;
}

}  // namespace

TEST_CASE("Preview: what the ledger knows is not created again, by whichever name the tenant goes") {
    auto const plan =
        plan_of({row("contoso.com", "Contoso", 5), row(two, "Fabrikam", 2), row("new.example", "New", 3)});
    auto const book = memory_ledger("preview");
    lookup_results found;
    found.emplace("contoso.com", *provisioner::parse_guid(one));
    found.emplace("new.example", *provisioner::parse_guid("33333333-3333-3333-3333-333333333333"));
    auto const resolved = resolve(chosen_rows(plan, {"Contoso", "Fabrikam"}), found);
    auto const ids = book->accept_plan(plan, resolved.pools, false, {});
    REQUIRE(ids.has_value());
    using enum provisioner::slot_state;
    provisioner::ledger_change change;
    change.slots = {slot((*ids)[0], 1, ready),  slot((*ids)[0], 2, pending),
                    slot((*ids)[0], 3, failed), slot((*ids)[0], 9, ready),  // beyond what is planned now
                    slot((*ids)[1], 1, ready),  slot((*ids)[1], 2, ready)};
    book->commit(std::move(change), [](std::exception_ptr const& error) { CHECK_FALSE(error); });

    auto const what = preview(all(plan), book.get(), 5, false);
    CHECK(what.planned == 10);
    CHECK(what.ready == 3);
    CHECK(what.begun == 2);
    CHECK(what.to_create == 5);
    CHECK(what.tenants == 2);
    CHECK(what.writes == 7 * 5);
    CHECK(question(what, *provisioner::find_cloud("global")) ==
          "Create 5 apps, finish 2 apps in 2 tenants (about 35 writes to graph.microsoft.com)?");
    CHECK(preview_text(what, false) ==
          "+ 2 apps  Contoso (contoso.com)  2,500 mailboxes: base\n"
          "~ 2 apps  Contoso (contoso.com)  begun by an earlier run\n"
          "+ 3 apps  New (new.example)      2,500 mailboxes: base\n"
          "would create 5 apps, finish 2 apps in 2 tenants (about 35 writes); 3 of 10 apps ready\n");
    auto const document = preview_json(what);
    CHECK(document.at("dry_run").as_bool());
    CHECK(document.at("totals").at("to_create").as_int64() == 5);

    // The same tenant by its directory id.
    auto const by_id = plan_of({row(one, "Contoso", 5)});
    CHECK(preview(all(by_id), book.get(), 5, false).ready == 1);
}

TEST_CASE("Rows: a domain that became another directory is refused; a directory id cannot") {
    auto const plan = plan_of({row("contoso.com", "Contoso", 5), row(two, "Fabrikam", 2)});
    auto const book = memory_ledger("moved");
    auto const resolved_to = [&](char const* id) {
        lookup_results found;
        found.emplace("contoso.com", *provisioner::parse_guid(id));
        return resolve(all(plan), found).pools;
    };
    auto const check = [&](char const* id) {
        return refusal([&] { check_not_moved(resolved_to(id), *book, "t.csv"); });
    };
    CHECK(check(one).empty());
    REQUIRE(book->accept_plan(plan, resolved_to(one), false, {}).has_value());
    CHECK(check(one).empty());
    auto const text = check("33333333-3333-3333-3333-333333333333");
    CHECK(has(text, "t.csv: `contoso.com` (`Contoso`) is the directory 33333333"));
    CHECK(has(text, one));
    CHECK_FALSE(has(text, "Fabrikam"));
}

TEST_CASE("Preview: nothing is to be done only where all is ready and nothing is to be verified") {
    auto const plan = plan_of({row(one, "Contoso", 2)});
    auto const book = memory_ledger("nothing");
    CHECK_FALSE(preview(all(plan), nullptr, 5, false).nothing_to_do());
    auto const resolved = resolve(all(plan), {});
    auto const ids = book->accept_plan(plan, resolved.pools, false, {});
    provisioner::ledger_change change;
    for (int i : {1, 2}) change.slots.push_back(slot((*ids)[0], i, provisioner::slot_state::ready));
    book->commit(std::move(change), [](std::exception_ptr const&) {});
    auto const what = preview(all(plan), book.get(), 5, false);
    CHECK(what.nothing_to_do());
    CHECK(what.tenants == 0);
    CHECK(preview_text(what, false) == "nothing to do: 2 apps planned, all ready\n");
    auto const verified = preview(all(plan), book.get(), 5, true);
    CHECK_FALSE(verified.nothing_to_do());
    CHECK(question(verified, *provisioner::find_cloud("global")).starts_with("Verify 2 apps in 1 tenant"));
}

TEST_CASE("Resume: the command line can be pasted into a shell") {
    struct {
        std::string_view word;
        std::string_view expected;
    } const table[] = {
        {"tenants.csv", "tenants.csv"},
        {"--growth=5", "--growth=5"},
        {"", "''"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"$HOME", "'$HOME'"},
        {"`id`;rm", "'`id`;rm'"},
        {"a\nb", "'a\nb'"},
        {"Backup {ordinal:04}", "'Backup {ordinal:04}'"},
        {"~/x", "'~/x'"},
        {"*.csv", "'*.csv'"},
        {"Müller", "'Müller'"},
    };
    for (auto const& each : table) CHECK(shell_quoted(each.word) == each.expected);
    std::vector<std::string> const line{"/opt/pool wright", "provision", "my file.csv", "-y"};
    CHECK(resume_command(line) == "'/opt/pool wright' provision 'my file.csv' -y");
}

TEST_CASE("Resume: another command works on the same ledger") {
    std::vector<std::string> const line{"poolwright",    "provision",       "--state",
                                        "sqlite:///a b", "--state-of",      "x",
                                        "t.csv",         "--config=c.toml", "--key-file"};
    CHECK(other_command(line, "status", {"--state", "--config"}) ==
          "poolwright status --state 'sqlite:///a b' --config=c.toml");
    CHECK(other_command(line, "export", {"--key-file"}) == "poolwright export --key-file");
    CHECK(other_command({}, "status", {"--state"}) == "poolwright status");
}

TEST_SUITE_END();
