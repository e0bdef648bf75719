#include "throttle/least_time.hpp"

#include "tests/throttle/wide_limits.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;

// Five writes, two proofs and two reads, as the built-in profile has them.
fleet_load fleet_of(std::vector<tenant_load> tenants) {
    return {.tenants = std::move(tenants), .writes_per_app = 5, .proofs_per_app = 2, .reads_per_tenant = 2};
}

run_conditions under(limits quotas) {
    return {.quotas = quotas, .concurrency = 128, .per_tenant = 64};
}

struct row {
    std::string name;
    limits quotas;
    std::chrono::nanoseconds latency;
    std::chrono::nanoseconds lag;
    std::int64_t identities;
    std::vector<tenant_load> tenants;
    double seconds;
    char const* binding;
};

}  // namespace

TEST_CASE("the largest bound decides, and says which it is") {
    constexpr quota bucket{.limit = 10, .window = 20s};
    constexpr quota fixed{.limit = 10, .window = 20s, .shape = quota_shape::fixed};
    constexpr quota sliding{.limit = 10, .window = 20s, .shape = quota_shape::sliding};
    std::vector<tenant_load> const four = {{2}, {2}, {2}, {2}};  // 40 writes, 48 units, 68 calls
    row const rows[] = {
        {"nothing to do", wide, 1s, 1s, 1, {{0}}, 0, ""},
        {"bucket", with(&limits::application_writes, bucket), 0s, 0s, 1, four, 60, "application.writes"},
        {"fixed", with(&limits::application_writes, fixed), 0s, 0s, 1, four, 60, "application.writes"},
        {"sliding, begun",
         with(&limits::application_writes, sliding),
         0s,
         0s,
         1,
         {{2}, {1}},
         20,
         "application.writes"},
        {"bucket, begun",
         with(&limits::application_writes, bucket),
         0s,
         0s,
         1,
         {{2}, {1}},
         10,
         "application.writes"},
        {"units", with(&limits::application_resource_units, bucket), 0s, 0s, 1, four, 76,
         "application.resource_units"},
        {"two identities", with(&limits::application_writes, bucket), 0s, 0s, 2, four, 20,
         "application.writes"},
        {"a tenant is not divided",
         with(&limits::application_writes, bucket),
         0s,
         0s,
         2,
         {{6}, {2}},
         40,
         "application.writes"},
        {"more identities than tenants", with(&limits::application_writes, bucket), 0s, 0s, 9, four, 0,
         "application.writes"},
        {"tenant", with(&limits::tenant_writes, bucket), 0s, 0s, 3, {{4}, {2}}, 20, "tenant.writes"},
        {"in tenant",
         with(&limits::application_tenant_writes, fixed),
         0s,
         0s,
         1,
         {{4}, {2}},
         20,
         "application_tenant.writes"},
        {"units of S",
         with_units_of(tenant_size::S, bucket),
         0s,
         0s,
         1,
         {{4, tenant_size::L}, {2, tenant_size::S}},
         4,
         "application_tenant.resource_units.S"},
        {"units of L",
         with_units_of(tenant_size::L, bucket),
         0s,
         0s,
         1,
         {{4, tenant_size::L}, {9}},
         24,
         "application_tenant.resource_units.L"},
        {"in flight", wide, 1s, 0s, 1, std::vector<tenant_load>(128, {2}), 17, "latency"},
        {"in flight in a tenant", wide, 1s, 0s, 1, {{128}, {1}}, 899.0 / 64, "latency"},
        {"chain", wide, 1s, 4s, 1, {{2}}, 16, "critical path"},
    };
    for (auto const& each : rows) {
        INFO(each.name);
        auto conditions = under(each.quotas);
        conditions.latency = each.latency;
        conditions.replication_lag = each.lag;
        conditions.identities = each.identities;
        auto const found = least_time_for(fleet_of(each.tenants), conditions);
        CHECK(found.time.count() == doctest::Approx(each.seconds));
        CHECK(found.binding == each.binding);
    }
}

TEST_CASE("under the published limits") {
    auto const conditions = under(published_limits());
    auto const many = least_time_for(fleet_of(std::vector<tenant_load>(10'000, {6})), conditions);
    CHECK(many.time.count() == doctest::Approx((300'000 - 35'000) * 300.0 / 35'000));
    CHECK(many.binding == "application.writes");
    std::vector<tenant_load> tenants(200, {5});
    tenants.push_back({2'003});
    auto const large = least_time_for(fleet_of(tenants), conditions);
    CHECK(large.time.count() == doctest::Approx(350.75));
    CHECK(large.binding == "application_tenant.writes");
}

TEST_CASE("numbers that no fleet has do not overflow") {
    auto const found = least_time_for(fleet_of({{1'000'000'000}}),
                                      under(with(&limits::tenant_writes, {.limit = 1, .window = 24h})));
    CHECK(found.time.count() == doctest::Approx(5e9 * 86'400));
}

namespace {

// A small service that counts for itself, and every schedule there is: in steps of a second, calls of one
// tenant or another go or do not go. Nothing here is shared with what is tested.
class small_service {
public:
    explicit small_service(quota what) : what_(what) {}

    // `calls` more at that second, if they may.
    bool take(int second, int calls) {
        for (int i = 0; i < calls; ++i) {
            if (!take_one(second)) return false;
        }
        return true;
    }

private:
    [[nodiscard]] int window() const { return static_cast<int>(what_.window / 1s); }

    bool take_one(int second) {
        taken_.push_back(second);
        if (what_.shape == quota_shape::bucket) return bucket_holds();
        if (what_.shape == quota_shape::sliding) return within_sliding(second);
        return within_fixed();
    }

    // The contents in units of 1/window, from the beginning.
    [[nodiscard]] bool bucket_holds() const {
        auto const full = what_.limit * window();
        auto content = full;
        int last = 0;
        for (int const at : taken_) {
            content = std::min(full, content + (at - last) * what_.limit) - window();
            last = at;
            if (content < 0) return false;
        }
        return true;
    }

    [[nodiscard]] bool within_sliding(int second) const {
        auto const recent = std::ranges::count_if(taken_, [&](int at) { return at > second - window(); });
        return recent <= what_.limit;
    }

    [[nodiscard]] bool within_fixed() const {
        int opened = 0;
        std::int64_t used = 0;
        for (int const at : taken_) {
            if (used == 0 || at >= opened + window()) opened = at, used = 0;
            if (++used > what_.limit) return false;
        }
        return true;
    }

    quota what_;
    std::vector<int> taken_;
};

struct small_world {
    small_service application;
    std::array<small_service, 2> in_tenant;
    std::array<int, 2> left;  // writes of each tenant
};

// Whether every write can have left at the last second, whatever goes when.
bool can_leave_by(small_world const& now, int second, int last) {
    if (now.left == std::array{0, 0}) return true;
    if (second > last) return false;
    for (int first = now.left[0]; first >= 0; --first) {
        for (int other = now.left[1]; other >= 0; --other) {
            auto next = now;
            if (!next.application.take(second, first + other)) continue;
            if (!next.in_tenant[0].take(second, first) || !next.in_tenant[1].take(second, other)) continue;
            next.left = {now.left[0] - first, now.left[1] - other};
            if (can_leave_by(next, second + 1, last)) return true;
        }
    }
    return false;
}

int quickest(small_world const& world) {
    int last = 0;
    while (!can_leave_by(world, 0, last)) ++last;
    return last;
}

}  // namespace

// The bound is not above the quickest of all schedules, and not a second below it where one quota decides.
TEST_CASE("no schedule is quicker, and one is as quick") {
    auto const shapes = {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed};
    int compared = 0;
    for (auto const shape : shapes) {
        for (std::int64_t limit = 1; limit <= 3; ++limit) {
            for (int first = 1; first <= 4; ++first) {
                for (int other = 0; other <= 2; ++other) {
                    for (std::int64_t in_tenant = 1; in_tenant <= 2; ++in_tenant) {
                        quota const fleet{.limit = limit, .window = 2s, .shape = shape};
                        quota const each{.limit = in_tenant, .window = 2s, .shape = shape};
                        auto quotas = with(&limits::application_writes, fleet);
                        quotas.application_tenant_writes = each;
                        fleet_load const load{
                            .tenants = {{first}, {other}}, .writes_per_app = 1, .reads_per_tenant = 0};
                        auto const bound = least_time_for(load, under(quotas)).time.count();
                        auto const real = quickest({.application = small_service(fleet),
                                                    .in_tenant = {small_service(each), small_service(each)},
                                                    .left = {first, other}});
                        CAPTURE(static_cast<int>(shape));
                        CAPTURE(limit);
                        CAPTURE(first);
                        CAPTURE(other);
                        CAPTURE(in_tenant);
                        CHECK(bound <= real);
                        if (other == 0) CHECK(bound > real - 1);
                        ++compared;
                    }
                }
            }
        }
    }
    CHECK(compared == 216);
}

TEST_SUITE_END();
