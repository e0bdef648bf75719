#include "cli/plan_source.hpp"

#include "cli/failure.hpp"
#include "tests/cli/fleet_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using provisioner::scratch_folder;

constexpr std::string_view tenants =
    "tenant_id,mailboxes,workload\n"
    "contoso.com,2501,\n"
    "fabrikam.com,10,onedrive\n";

common_options quietly() {
    common_options common;
    common.quiet = true;
    return common;
}

std::string write(scratch_folder const& folder, std::string const& name, std::string_view content) {
    auto const path = (folder / name).string();
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

std::string document_of(plan_source& plan) {
    std::ostringstream out;
    planner::plan_writer writer(out);
    writer.begin(plan.header(), plan.plan_id());
    plan.visit([&](planner::planned_pool const& row) { writer.add(row); });
    writer.end(plan.totals());
    return out.str();
}

std::string document_of(std::string const& file, plan_background background = {}) {
    return document_of(*open_plan(file, {}, std::move(background), quietly(), [](auto const&) {}));
}

sizing_options with_growth(int percent, bool typed) {
    sizing_options options;
    options.growth_percent = percent;
    options.any_given = typed;
    return options;
}

sizing_options with_rule(std::string rule) {
    sizing_options options;
    options.rule = std::move(rule);
    return options;
}

sizing_options with_profile(std::string profile) {
    sizing_options options;
    options.profile = std::move(profile);
    return options;
}

// "code message", or nothing if the file is fine.
std::string refusal(std::string const& file, sizing_options const& options = {}) {
    try {
        read_plan_input(file, options, quietly());
    } catch (failure const& what) {
        return std::to_string(what.code()) + " " + what.what();
    }
    return {};
}

}  // namespace

TEST_CASE("a file is a plan if its first byte that is not blank is a brace") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    auto const saved = document_of(csv);
    struct {
        std::string content;
        bool from_file;
    } const cases[] = {
        {std::string(tenants), false},
        {saved, true},
        {" \t\r\n" + saved, true},
        {"\xef\xbb\xbf" + saved, true},
        {"\xef\xbb\xbf" + std::string(tenants), false},
        {std::string(300'000, ' ') + saved, true},
    };
    for (auto const& one : cases) {
        auto const input = read_plan_input(write(folder, "input", one.content), {}, quietly());
        CHECK(input.from_file == one.from_file);
        REQUIRE(input.plan.pools.size() == 2);
        CHECK(input.plan.pools[0].apps == 6);
        CHECK(input.plan.pools[1].rule == "single-app");
        CHECK(input.plan.totals.apps == 7);
        CHECK(saved.find(input.plan.plan_id) != std::string::npos);
    }
}

TEST_CASE("the same rows and the same bytes at every visit") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    auto const plan = open_plan(csv, {}, {}, quietly(), [](auto const&) {});
    auto const first = document_of(*plan);
    CHECK(document_of(*plan) == first);
    CHECK(document_of(csv) == first);
    CHECK(document_of(write(folder, "plan.json", first)) == first);
}

TEST_CASE("a file that changes between two visits is refused") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    auto const plan = open_plan(csv, {}, {}, quietly(), [](auto const&) {});
    write(folder, "t.csv", "tenant_id,mailboxes,workload\ncontoso.com,2502,\nfabrikam.com,10,onedrive\n");
    CHECK_THROWS_AS(plan->visit([](auto const&) {}), failure);
}

TEST_CASE("what the ledger knows informs a plan and does not change what it is") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    made_fleet fleet({{.tenant = 1, .named_as = "contoso.com", .planned = 9}});
    for (std::int32_t ordinal = 1; ordinal <= 8; ++ordinal)
        fleet.add(0, ordinal, provisioner::slot_state::ready);
    plan_background const known{existing_apps(fleet.book()), planner::plan_basis{"ledger", 3}};

    auto const fresh = open_plan(csv, {}, known, quietly(), [](auto const&) {});
    CHECK(fresh->totals().existing == 8);
    CHECK(fresh->totals().to_create == 1);
    CHECK(fresh->totals().surplus == 2);
    CHECK(fresh->header().based_on == known.basis);

    auto const bare = write(folder, "plan.json", document_of(csv));
    auto const saved = open_plan(bare, {}, known, quietly(), [](auto const&) {});
    CHECK(saved->totals() == fresh->totals());
    CHECK(saved->plan_id() == fresh->plan_id());
    CHECK_FALSE(saved->header().based_on);
}

TEST_CASE("input that cannot be used is said in one go, with its places") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", "tenant_id,mailboxes\ncontoso.com,x\ncontoso.com,1000000\n");
    auto const text = refusal(csv);
    CHECK(text.starts_with("65 " + csv + ":2:13: "));
    CHECK(text.find("\n" + csv + ":3:13: ") != std::string::npos);

    CHECK(refusal((folder / "none.csv").string()) ==
          "65 " + (folder / "none.csv").string() + ": cannot open this file: No such file or directory");
    CHECK(refusal(folder.path().string()) ==
          "65 " + folder.path().string() + ": this is a directory, not a file");
    CHECK(refusal(write(folder, "broken.json", "{\"schema\":")).starts_with("65 "));
}

TEST_CASE("sizing options do not go with a saved plan") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    auto const saved = write(folder, "plan.json", document_of(csv));
    CHECK(refusal(csv, with_growth(10, true)).empty());
    CHECK(refusal(saved, with_growth(10, true)) ==
          "64 " + saved + " is a saved plan, which is complete in itself");
    CHECK(refusal(saved, with_growth(10, false)).empty());  // from the config file
    sizing_options few;
    few.max_apps = 5;
    CHECK(refusal(saved, few).starts_with("65 "));
}

TEST_CASE("rules and profiles are built in or files") {
    scratch_folder const folder;
    auto const csv = write(folder, "t.csv", tenants);
    auto const rule = write(folder, "rule.json",
                            R"({"schema":"poolwright.rule/1","name":"own","workload":"any","base_apps":3,
                                "base_mailboxes":0,"rounding":"up","min":0,"source":"us","as_of":"2026-01-31"})");
    CHECK(read_plan_input(csv, with_rule(rule), quietly()).plan.totals.apps == 6);
    CHECK(read_plan_input(csv, with_rule("commvault-2024"), quietly()).plan.totals.apps == 4);
    CHECK(refusal(csv, with_rule("comvault-2024")) ==
          "65 `comvault-2024` is neither a built-in rule nor a file");
    CHECK(refusal(csv, with_profile("nothing-like-it")) ==
          "65 `nothing-like-it` is neither a built-in profile nor a file");
    auto const missing = (folder / "none.json").string();
    CHECK(refusal(csv, with_rule(missing)) ==
          "65 " + missing + ": cannot open this file: No such file or directory");
    CHECK(refusal(csv, with_profile(rule)).starts_with("65 " + rule + ":"));
}

TEST_CASE("a number of mailboxes is a plan of one pool without a tenant") {
    auto const plan = plan_number(2501, {}, [](auto const&) {});
    CHECK(plan->totals().apps == 6);
    CHECK(plan->totals().to_create == 6);
    CHECK_THROWS_AS(plan_number(1'000'000'000, {}, [](auto const&) {}), failure);
}

TEST_SUITE_END();
