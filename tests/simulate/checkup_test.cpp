#include "provisioner/checkup.hpp"

#include "examples/sandbox/tenant_fault.hpp"
#include "provisioner/survey.hpp"
#include "tests/simulate/world.hpp"

#include <boost/asio/co_spawn.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

// Tenants of every kind are surveyed in virtual time, against the directory of the sandbox.

TEST_SUITE_BEGIN("simulate");

using namespace poolwright;
using namespace poolwright::simulate;
using namespace std::chrono_literals;
using provisioner::check;
using provisioner::check_outcome;
using provisioner::checkup;
using provisioner::checkup_end;
using sandbox::tenant_kind;

namespace {

// A world whose tenant of that index is unlike the others.
world_options with_fault(std::size_t tenants, std::size_t odd, sandbox::tenant_fault fault) {
    auto options = world_of(std::vector<std::int64_t>(tenants, 3));
    world const where(options);
    options.directory.faults.tenants[to_string(where.tenant(odd))] = std::move(fault);
    return options;
}

struct surveying {
    explicit surveying(world_options options) : where(std::move(options)) {
        wishes.profile = where.options.profile;
        line = std::make_unique<simulate::connection>(where.between(), [] { return false; }, nullptr);
    }

    void add(std::size_t index, std::int64_t to_create = 3) {
        provisioner::checkup_target target{.directory_id = where.tenant(index),
                                           .services = *provisioner::find_cloud("global"),
                                           .names = {},
                                           .to_create = to_create};
        for (std::int32_t i = 1; i <= to_create; ++i) target.names.add("exchange", i, {});
        auto const& who = where.options.fleet.identities.front().who;
        all.push_back(std::make_unique<checkup>(std::move(target), wishes, who));
    }

    // Whether it ended.
    bool run(std::function<void(provisioner::survey&)> meanwhile = {}) {
        std::vector<provisioner::surveyed_tenant> tenants;
        for (auto const& each : all) tenants.push_back({.what = each.get()});
        virtual_alarm clock(where.time());
        provisioner::survey survey(where.time().context().get_executor(), *line, clock, std::ref(random),
                                   settings, std::move(tenants));
        bool finished = false;
        boost::asio::co_spawn(where.time().context(), survey.run(),
                              [&](std::exception_ptr failed) { finished = failed == nullptr; });
        if (meanwhile) where.time().after(200ms, [&] { meanwhile(survey); });
        where.time().run_until([&] { return finished; });
        done = survey.done();
        return finished;
    }

    [[nodiscard]] provisioner::check_result of(std::size_t index, check what) const {
        auto const results = all[index]->results();
        auto worst = *std::ranges::find(results, what, &provisioner::check_result::what);
        for (auto const& each : results) {
            if (each.what == what && each.result > worst.result) worst = each;
        }
        return worst;
    }

    world where;
    provisioner::checkup_wishes wishes;
    provisioner::survey_settings settings;
    std::unique_ptr<simulate::connection> line;
    dice random{1};
    std::vector<std::unique_ptr<checkup>> all;
    std::size_t done = 0;
};

sandbox::tenant_fault fault_of(tenant_kind kind) {
    return {kind};
}

}  // namespace

TEST_CASE("Checkup: a tenant as it should be has no finding, and nothing is written") {
    surveying survey(world_of({3}));
    survey.add(0);
    REQUIRE(survey.run());
    for (auto const& each : survey.all.front()->results()) {
        CAPTURE(to_string(each.what));
        CAPTURE(each.text);
        CHECK(each.result == check_outcome::ok);
        CHECK_FALSE(each.text.empty());
    }
    CHECK(survey.all.front()->end() == checkup_end::well);
    CHECK(survey.all.front()->reason().empty());
    CHECK(survey.where.applications().empty());
}

TEST_CASE("Checkup: what is broken is found by the check that is for it, with what mends it") {
    sandbox::tenant_fault half(tenant_kind::missing_roles);
    half.roles = {"AppRoleAssignment.ReadWrite.All"};
    sandbox::tenant_fault no_policies(tenant_kind::missing_roles);
    no_policies.roles = {"Policy.Read.All"};
    sandbox::tenant_fault wrong_clock(tenant_kind::skewed_clock);
    wrong_clock.skew = -10min;
    sandbox::tenant_fault some_apps(tenant_kind::secrets_forbidden);
    some_apps.by_application_policy = true;
    struct {
        sandbox::tenant_fault fault;
        check what;
        check_outcome result;
        checkup_end end;
        std::string_view text;
        std::string_view remedy;
    } const table[] = {
        {fault_of(tenant_kind::unknown), check::token, check_outcome::finding, checkup_end::refused,
         "AADSTS90002", "check the id"},
        {fault_of(tenant_kind::wrong_cloud), check::token, check_outcome::finding, checkup_end::refused,
         "AADSTS90038", "--cloud"},
        {fault_of(tenant_kind::not_installed), check::token, check_outcome::finding,
         checkup_end::identity_refused, "AADSTS700016", "consent"},
        {fault_of(tenant_kind::app_disabled), check::token, check_outcome::finding,
         checkup_end::identity_refused, "AADSTS7000112", "enable"},
        {fault_of(tenant_kind::conditional_access), check::token, check_outcome::finding,
         checkup_end::identity_refused, "AADSTS53003", "exempt"},
        {fault_of(tenant_kind::expired_secret), check::token, check_outcome::finding,
         checkup_end::identity_refused, "AADSTS7000222", "make a new one"},
        {fault_of(tenant_kind::not_authorized_by_partner), check::token, check_outcome::finding,
         checkup_end::identity_refused, "AADSTS90099", "consent"},
        {fault_of(tenant_kind::no_consent), check::rights, check_outcome::finding,
         checkup_end::identity_refused, "Application.ReadWrite.OwnedBy, AppRoleAssignment", "consent"},
        {half, check::rights, check_outcome::finding, checkup_end::identity_refused,
         "lacks AppRoleAssignment.ReadWrite.All in", "consent"},
        {no_policies, check::policy, check_outcome::not_checked, checkup_end::well, "Policy.Read.All", ""},
        {wrong_clock, check::clock, check_outcome::finding, checkup_end::well, "600 s ahead", "time server"},
        {fault_of(tenant_kind::no_exchange), check::apis, check_outcome::finding, checkup_end::refused,
         "Exchange Online", "licence"},
        {fault_of(tenant_kind::secrets_forbidden), check::policy, check_outcome::finding,
         checkup_end::refused, "forbids client secrets", "--credential auto"},
        {fault_of(tenant_kind::lifetime_capped), check::policy, check_outcome::finding, checkup_end::refused,
         "180 days at most, not 730", "--lifetime 180"},
        {some_apps, check::policy, check_outcome::warning, checkup_end::well, "single applications",
         "--credential auto"},
        {fault_of(tenant_kind::quota), check::quota, check_outcome::finding, checkup_end::refused, "takes 6",
         "purge"},
    };
    for (auto const& row : table) {
        surveying survey(with_fault(2, 1, row.fault));
        survey.add(0);
        survey.add(1);
        REQUIRE(survey.run());
        auto const found = survey.of(1, row.what);
        CAPTURE(found.text);
        CAPTURE(found.remedy);
        CHECK(found.result == row.result);
        CHECK(found.text.find(row.text) != std::string::npos);
        CHECK(found.remedy.find(row.remedy) != std::string::npos);
        CHECK(survey.all[1]->end() == row.end);
        CHECK(survey.all[1]->reason().empty() == (row.end == checkup_end::well));
        CHECK(survey.all[0]->end() == checkup_end::well);
    }
}

TEST_CASE("Checkup: an administrator consents at the address of the tenant itself") {
    surveying survey(with_fault(1, 0, fault_of(tenant_kind::no_consent)));
    survey.add(0);
    REQUIRE(survey.run());
    auto const tenant = to_string(survey.where.tenant(0));
    CHECK(survey.of(0, check::rights).url ==
          "https://login.microsoftonline.com/" + tenant + "/adminconsent?client_id=" + world::client_id(0));
    CHECK(survey.of(0, check::apis).result == check_outcome::not_checked);
}

TEST_CASE("Checkup: names that another ledger holds, or deleted apps, are found unless they may be taken") {
    surveying survey(world_of({3}));
    REQUIRE(survey.where.run() == run_end::finished);
    survey.add(0);
    survey.wishes.adopt = true;
    survey.add(0);
    REQUIRE(survey.run());
    CHECK(survey.of(1, check::names).result == check_outcome::ok);
    CHECK(survey.all[1]->end() == checkup_end::well);
    survey.all.clear();
    survey.wishes.adopt = false;
    survey.add(0);
    REQUIRE(survey.run());
    auto const found = survey.of(0, check::names);
    CHECK(found.result == check_outcome::finding);
    CHECK(found.text == "poolwright-exchange-0001 and 2 more: made by another ledger");
    CHECK(found.remedy.find("--adopt") != std::string::npos);
    CHECK(survey.all[0]->end() == checkup_end::well);
}

TEST_CASE("Checkup: where nothing is to be created, policies only warn and room is not asked for") {
    surveying survey(with_fault(1, 0, fault_of(tenant_kind::secrets_forbidden)));
    survey.add(0, 0);
    REQUIRE(survey.run());
    CHECK(survey.of(0, check::policy).result == check_outcome::warning);
    CHECK(survey.of(0, check::quota).text == "nothing is to be created");
    CHECK(survey.all[0]->end() == checkup_end::well);
}

TEST_CASE("Checkup: a lifetime of as long as is allowed fits every cap, which is then known") {
    surveying survey(with_fault(1, 0, fault_of(tenant_kind::lifetime_capped)));
    survey.wishes.lifetime.reset();
    survey.add(0);
    REQUIRE(survey.run());
    CHECK(survey.of(0, check::policy).result == check_outcome::ok);
    REQUIRE(survey.all[0]->rules().has_value());
    CHECK((survey.all[0]->rules()->longest_secret == std::chrono::days(180)));
}

TEST_CASE("Survey: a hundred tenants are asked within the latency of their questions, in turn") {
    surveying survey(world_of(std::vector<std::int64_t>(100, 3)));
    survey.settings.concurrency = 10;
    for (std::size_t i = 0; i < 100; ++i) survey.add(i);
    auto const before = survey.where.time().elapsed();
    REQUIRE(survey.run());
    CHECK(survey.done == 100);
    // 8 questions of 80 ms each.
    CHECK(survey.where.time().elapsed() - before <= 100 / 10 * 8 * 80ms + 1s);
}

TEST_CASE("Survey: an authority that makes one tenant wait holds up no other") {
    sandbox::tenant_fault busy(tenant_kind::throttled_authority);
    busy.requests = 1;
    surveying survey(with_fault(3, 1, busy));
    for (std::size_t i = 0; i < 3; ++i) survey.add(i);
    std::size_t done_early = 0;
    REQUIRE(survey.run(
        [&](provisioner::survey& all) { survey.where.time().after(10s, [&] { done_early = all.done(); }); }));
    CHECK(done_early == 2);
    for (auto const& each : survey.all) CHECK(each->end() == checkup_end::well);
    CHECK(survey.where.time().elapsed() >= 60s);
}

TEST_CASE("Survey: a network that loses and mangles replies changes no answer") {
    auto options = with_fault(20, 7, fault_of(tenant_kind::no_exchange));
    auto& chance = options.weather.chance;
    chance[static_cast<std::size_t>(fate::lost)] = 0.05;
    chance[static_cast<std::size_t>(fate::refused)] = 0.05;
    chance[static_cast<std::size_t>(fate::throttled)] = 0.05;
    surveying survey(options);
    for (std::size_t i = 0; i < 20; ++i) survey.add(i);
    REQUIRE(survey.run());
    for (std::size_t i = 0; i < 20; ++i) {
        CAPTURE(survey.all[i]->reason());
        CHECK(survey.all[i]->end() == (i == 7 ? checkup_end::refused : checkup_end::well));
    }
}

TEST_CASE("Survey: draining asks nothing more, and what was not asked says so") {
    surveying survey(world_of(std::vector<std::int64_t>(50, 3)));
    survey.settings.concurrency = 2;
    for (std::size_t i = 0; i < 50; ++i) survey.add(i);
    REQUIRE(survey.run([](provisioner::survey& all) { all.drain(); }));
    CHECK(survey.done < 50);
    CHECK(survey.all.back()->end() == checkup_end::unfinished);
    CHECK(survey.of(49, check::token).text == "the checks were interrupted");
}

TEST_SUITE_END();
