#include "throttle/pacer.hpp"

#include "tests/throttle/wide_limits.hpp"

#include <doctest/doctest.h>

#include <utility>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

constexpr steady_point t0{std::chrono::hours(1)};
constexpr cost a_write{.writes = 1, .resource_units = 1};
constexpr cost a_read{.writes = 0, .resource_units = 2};
constexpr cost a_token{};

// When each call may go in the tenant that called and in another, after one call of tenant 7 at t0.
struct row {
    char const* name;
    limits what;
    cost first;
    cost next;
    std::chrono::nanoseconds same_tenant;
    std::chrono::nanoseconds other_tenant;
    std::chrono::nanoseconds application;
};

}  // namespace

TEST_CASE("each quota holds back what it counts, where it counts") {
    constexpr quota one_write{.limit = 1, .window = 10s};
    constexpr quota two_units{.limit = 2, .window = 10s};
    row const rows[] = {
        {"app writes", with(&limits::application_writes, one_write), a_write, a_write, 10s, 10s, 10s},
        {"app writes, read", with(&limits::application_writes, one_write), a_write, a_read, 0s, 0s, 0s},
        {"app units", with(&limits::application_resource_units, two_units), a_read, a_write, 5s, 5s, 5s},
        {"app units, read", with(&limits::application_resource_units, two_units), a_write, a_read, 5s, 5s,
         5s},
        {"app units, token", with(&limits::application_resource_units, two_units), a_read, a_token, 0s, 0s,
         0s},
        {"tenant writes", with(&limits::tenant_writes, one_write), a_write, a_write, 10s, 0s, 0s},
        {"tenant writes, read", with(&limits::tenant_writes, one_write), a_write, a_read, 0s, 0s, 0s},
        {"own writes", with(&limits::application_tenant_writes, one_write), a_write, a_write, 10s, 0s, 0s},
        {"own units", with_units_of(tenant_size::M, two_units), a_read, a_write, 5s, 0s, 0s},
        {"own units of another size", with_units_of(tenant_size::L, two_units), a_read, a_write, 0s, 0s, 0s},
    };
    for (auto const& [name, what, first, next, same_tenant, other_tenant, application] : rows) {
        CAPTURE(name);
        pacer tested(what);
        CHECK(tested.earliest(7, first, t0) == t0);
        tested.charge(7, first, t0);
        CHECK(tested.earliest(7, next, t0) == t0 + same_tenant);
        CHECK(tested.earliest(8, next, t0) == t0 + other_tenant);
        CHECK(tested.earliest_for_application(0, next, t0) == t0 + application);
        CHECK(tested.earliest(7, next, t0 + 1min) == t0 + 1min);
    }
}

TEST_CASE("the latest of all budgets wins") {
    auto what = wide;
    what.application_writes = {.limit = 1, .window = 3s};
    what.tenant_writes = {.limit = 1, .window = 7s};
    what.application_tenant_writes = {.limit = 1, .window = 5s};
    pacer tested(what);
    tested.charge(1, a_write, t0);
    CHECK(tested.earliest(1, a_write, t0) == t0 + 7s);
    CHECK(tested.earliest_in_tenant(1, a_write, t0) == t0 + 7s);
    CHECK(tested.earliest(2, a_write, t0) == t0 + 3s);
    CHECK(tested.earliest_in_tenant(2, a_write, t0) == t0);
    CHECK(tested.earliest_for_application(0, a_write, t0) == t0 + 3s);
}

TEST_CASE("a tenant's size chooses its resource units, until its first call") {
    auto what = wide;
    what.application_tenant_resource_units = {
        {{.limit = 2, .window = 1s}, {.limit = 2, .window = 2s}, {.limit = 2, .window = 3s}}};
    pacer tested(what);
    tested.set_size(1, tenant_size::S);
    tested.set_size(3, tenant_size::L);
    for (tenant_number tenant : {1u, 2u, 3u}) {
        CAPTURE(tenant);
        tested.charge(tenant, a_read, t0);
        tested.set_size(tenant, tenant_size::S);
        CHECK(tested.earliest(tenant, a_read, t0) == t0 + std::chrono::seconds(tenant));
    }
}

TEST_CASE("a Retry-After holds back its kind of call in its scope") {
    struct hold_row {
        throttle_scope scope;
        throttled_calls calls;
        bool reads_here, writes_here, reads_elsewhere, writes_elsewhere;
    };
    using enum throttle_scope;
    using enum throttled_calls;
    for (auto const& [scope, calls, reads_here, writes_here, reads_elsewhere, writes_elsewhere] : {
             hold_row{application_tenant, all, true, true, false, false},
             hold_row{application_tenant, reads, true, false, false, false},
             hold_row{application_tenant, writes, false, true, false, false},
             hold_row{tenant, all, true, true, false, false},
             hold_row{tenant, reads, true, false, false, false},
             hold_row{tenant, writes, false, true, false, false},
             hold_row{application, all, true, true, true, true},
             hold_row{application, reads, true, false, true, false},
             hold_row{application, writes, false, true, false, true},
         }) {
        CAPTURE(static_cast<int>(scope));
        CAPTURE(static_cast<int>(calls));
        pacer tested(wide);
        tested.hold(scope, calls, 1, t0 + 30s);
        auto const expected = [](bool held) { return held ? t0 + 30s : t0; };
        CHECK(tested.earliest(1, a_read, t0) == expected(reads_here));
        CHECK(tested.earliest(1, a_write, t0) == expected(writes_here));
        CHECK(tested.earliest(2, a_read, t0) == expected(reads_elsewhere));
        CHECK(tested.earliest(2, a_write, t0) == expected(writes_elsewhere));
        CHECK(tested.earliest_for_application(0, a_read, t0) == expected(reads_elsewhere));
        CHECK(tested.earliest_for_application(0, a_write, t0) == expected(writes_elsewhere));
        CHECK(tested.earliest(1, a_token, t0) == t0);
        CHECK(tested.earliest(1, a_write, t0 + 30s) == t0 + 30s);
    }
}

TEST_CASE("a shorter hold does not shorten a longer one") {
    pacer tested(wide);
    tested.hold(throttle_scope::tenant, throttled_calls::all, 1, t0 + 60s);
    tested.hold(throttle_scope::application_tenant, throttled_calls::writes, 1, t0 + 10s);
    CHECK(tested.earliest(1, a_write, t0) == t0 + 60s);
}

TEST_CASE("each calling application has budgets of its own") {
    pacer tested(with(&limits::application_writes, {.limit = 1, .window = 10s}));
    CHECK(tested.caller_of(1) == 0);
    tested.assign(2, 1);
    CHECK(tested.caller_of(2) == 1);
    tested.charge(1, a_write, t0);
    CHECK(tested.earliest(1, a_write, t0) == t0 + 10s);
    CHECK(tested.earliest(2, a_write, t0) == t0);
    CHECK(tested.earliest_for_application(0, a_write, t0) == t0 + 10s);
    CHECK(tested.earliest_for_application(1, a_write, t0) == t0);

    tested.charge(2, a_write, t0 + 1s);
    CHECK(tested.earliest(2, a_write, t0 + 1s) == t0 + 11s);
    CHECK(tested.earliest_for_application(0, a_write, t0 + 1s) == t0 + 10s);
    CHECK(tested.earliest_for_application(9, a_write, t0 + 1s) == t0 + 1s);

    tested.hold(throttle_scope::application, throttled_calls::all, 2, t0 + 30s);
    CHECK(tested.earliest(1, a_write, t0 + 1s) == t0 + 10s);
    CHECK(tested.earliest(2, a_write, t0 + 1s) == t0 + 30s);
}

// When a tenant that called at t0 may call again at once, and when after it was assigned to another caller.
TEST_CASE("another caller finds what the tenant has left, not what the one before had left there") {
    constexpr quota one{.limit = 1, .window = 10s};
    struct assigned_row {
        char const* name;
        limits what;
        std::chrono::nanoseconds same, other;
    };
    for (auto const& [name, what, same, other] : {
             assigned_row{"application", with(&limits::application_writes, one), 10s, 0s},
             assigned_row{"tenant", with(&limits::tenant_writes, one), 10s, 10s},
             assigned_row{"own writes", with(&limits::application_tenant_writes, one), 10s, 0s},
             assigned_row{"own units", with_units_of(tenant_size::M, one), 10s, 0s},
         }) {
        CAPTURE(name);
        pacer tested(what);
        tested.charge(1, a_write, t0);
        tested.assign(1, 0);
        CHECK(tested.earliest(1, a_write, t0) == t0 + same);
        tested.assign(1, 1);
        CHECK(tested.earliest(1, a_write, t0) == t0 + other);
    }
    for (auto const& [scope, other] :
         {std::pair{throttle_scope::application, 0s}, std::pair{throttle_scope::tenant, 30s},
          std::pair{throttle_scope::application_tenant, 0s}}) {
        CAPTURE(static_cast<int>(scope));
        pacer tested(wide);
        tested.hold(scope, throttled_calls::all, 1, t0 + 30s);
        CHECK(tested.earliest(1, a_write, t0) == t0 + 30s);
        tested.assign(1, 1);
        CHECK(tested.earliest(1, a_write, t0) == t0 + other);
    }
}

TEST_CASE("calls that arrive closer together than they were sent break no quota") {
    SUBCASE("of a bucket as much is left as a second refills") {
        pacer tested(with(&limits::application_writes, {.limit = 35'000, .window = 300s}));
        for (int i = 0; i < 35'000 - 117; ++i) tested.charge(1, a_write, t0);
        CHECK(tested.earliest(1, a_write, t0) == t0 + std::chrono::nanoseconds(8'571'429));
    }
    SUBCASE("a window is waited out a second longer, a short one by a hundredth") {
        for (auto const shape : {quota_shape::sliding, quota_shape::fixed}) {
            pacer tested(with(&limits::tenant_writes, {.limit = 1, .window = 300s, .shape = shape}));
            tested.charge(1, a_write, t0);
            CHECK(tested.earliest(1, a_write, t0) == t0 + 301s);
            pacer quick(with(&limits::tenant_writes, {.limit = 1, .window = 10s, .shape = shape}));
            quick.charge(1, a_write, t0);
            CHECK(quick.earliest(1, a_write, t0) == t0 + 10'100ms);
        }
    }
}

TEST_CASE("what an earlier run sent counts") {
    pacer tested(published_limits());
    for (int i = 0; i < 3'000; ++i) tested.charge(1, a_write, t0 - 75s);
    // Half of the 150 seconds has passed, so half of the 3,000 writes is back.
    for (int i = 0; i < 1'500; ++i) tested.charge(1, a_write, tested.earliest(1, a_write, t0));
    CHECK(tested.earliest(1, a_write, t0) == t0 + 50ms + 1s);
}

TEST_CASE("a refusal is charged to the quota that it names") {
    struct row {
        throttle_scope scope;
        throttled_calls calls;
        bool reads_here, writes_here, writes_elsewhere;
    };
    using enum throttle_scope;
    using enum throttled_calls;
    for (auto const& [scope, calls, reads_here, writes_here, writes_elsewhere] :
         {row{application_tenant, writes, false, true, false},
          row{application_tenant, all, true, true, false}, row{tenant, writes, false, true, false},
          row{application, writes, false, true, true}, row{unnamed, all, true, true, false}}) {
        CAPTURE(static_cast<int>(scope));
        pacer tested(wide);
        tested.charge(1, a_write, t0);
        tested.refused(
            {.tenant = 1, .what = a_write, .scope = scope, .calls = calls, .sent = t0, .until = t0 + 9s}, t0);
        auto const held = [&](tenant_number number, cost what) {
            return tested.earliest(number, what, t0 + 1s) >= t0 + 9s;
        };
        CHECK(held(1, a_read) == reads_here);
        CHECK(held(1, a_write) == writes_here);
        CHECK(held(2, a_write) == writes_elsewhere);
    }
}

TEST_CASE("three tenants that are refused at once without a scope speak for the application") {
    pacer tested(wide);
    auto const refuse = [&](tenant_number number, steady_point now) {
        tested.charge(number, a_write, now);
        tested.refused({.tenant = number, .what = a_write, .sent = now, .until = now + 5s}, now);
    };
    refuse(1, t0);
    refuse(2, t0 + 1s);
    refuse(2, t0 + 2s);
    CHECK(tested.earliest_for_application(0, a_write, t0 + 2s) == t0 + 2s);
    // The first may go again by then, so that it does not count any more.
    refuse(3, t0 + 5s);
    CHECK(tested.earliest_for_application(0, a_write, t0 + 5s) == t0 + 5s);
    refuse(4, t0 + 6s);
    CHECK(tested.earliest_for_application(0, a_write, t0 + 6s) == t0 + 11s);
}

TEST_CASE("a share that a reply tells is that of the quota which is spent most") {
    auto what = wide;
    what.application_writes = {.limit = 1'000, .window = 100s};
    what.application_tenant_writes = {.limit = 100, .window = 100s};
    pacer tested(what);
    for (int i = 0; i < 60; ++i) tested.charge(1, a_write, t0);
    // 60 % of the tenant's and 6 % of the application's: the service counts more in the tenant.
    tested.told_used(1, a_write, 0.99, t0, t0);
    CHECK(tested.earliest(1, a_write, t0) > t0);
    CHECK(tested.earliest(2, a_write, t0) == t0);
    CHECK(tested.earliest(1, a_token, t0) == t0);
}

TEST_SUITE_END();
