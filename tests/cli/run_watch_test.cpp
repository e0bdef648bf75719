#include "cli/run_watch.hpp"

#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr run_watch::time_point start{};

provisioner::guid id_of(std::uint8_t number) {
    provisioner::guid id;
    id.bytes.back() = number;
    return id;
}

// With so many apps of one pool to be made, and so many that are ready.
provisioner::fleet_tenant tenant(std::uint8_t number, std::string name, std::int32_t fresh,
                                 std::int64_t ready) {
    provisioner::fleet_tenant one;
    one.directory_id = id_of(number);
    one.name = std::move(name);
    provisioner::fleet_pool pool;
    pool.name = "exchange";
    pool.ready = ready;
    for (std::int32_t i = 1; i <= fresh; ++i) pool.fresh.push_back(i);
    one.pools.push_back(std::move(pool));
    return one;
}

run_watch watch_of(std::vector<provisioner::fleet_tenant> const& tenants) {
    throttle::forecast forecast{.time = throttle::real_seconds(20),
                                .binding = "application.writes",
                                .critical_path = {},
                                .progress = {throttle::real_seconds(10), throttle::real_seconds(20)}};
    return run_watch(tenants,
                     {.forecast = std::move(forecast),
                      .writes = {3'000, 150s, throttle::quota_shape::bucket},
                      .identities = 2},
                     start);
}

provisioner::fleet_event event(std::string_view type, std::uint8_t number, std::int32_t ordinal = 0,
                               std::string_view reason = {}, std::chrono::nanoseconds wait = 0s) {
    provisioner::fleet_event one;
    one.type = type;
    one.directory_id = id_of(number);
    one.pool = "exchange";
    one.ordinal = ordinal;
    one.reason = reason;
    one.wait = wait;
    return one;
}

std::string text(json::value const& value) {
    return json::serialize(value);
}

}  // namespace

TEST_CASE("who begins to watch is told the tenants and what is expected") {
    auto const all = watch_of({tenant(1, "A\n", 3, 2), tenant(2, "", 1, 0)}).beginning();
    CHECK(
        text(all.at("tenants")) ==
        R"([["A\\n","00000000-0000-0000-0000-000000000001",5],["","00000000-0000-0000-0000-000000000002",1]])");
    CHECK(all.at("planned") == 6);
    CHECK(all.at("ready_before") == 2);
    CHECK(text(all.at("forecast")) ==
          R"({"seconds":2E1,"binding":"application.writes","progress":[1E1,2E1]})");
    CHECK(text(all.at("quota")) == R"({"writes":3000,"window_seconds":1.5E2,"identities":2})");
}

TEST_CASE("a tenant's state follows from what happens in it, and what went wrong stays") {
    struct {
        std::vector<std::string_view> events;
        std::string_view state;
    } const table[] = {
        {{"app_created"}, R"([[0,"working",0]])"},
        {{"waiting"}, R"([[0,"working",0]])"},
        {{"app_ready"}, R"([[0,"working",1]])"},
        {{"app_ready", "app_ready"}, R"([[0,"ready",2]])"},
        {{"app_ready", "app_pending"}, R"([[0,"pending",1]])"},
        {{"app_pending", "app_ready"}, R"([[0,"pending",1]])"},
        {{"app_pending", "app_failed"}, R"([[0,"failed",0]])"},
        {{"app_failed", "app_pending"}, R"([[0,"failed",0]])"},
        {{"tenant_failed", "app_ready"}, R"([[0,"failed",1]])"},
        {{"certificates_instead", "app_ready", "app_ready"}, R"([[0,"ready",2]])"},
    };
    for (auto const& row : table) {
        CAPTURE(row.state);
        auto all = watch_of({tenant(1, "A", 2, 0), tenant(2, "B", 1, 0)});
        for (auto const each : row.events) all.note(event(each, 1, 1), start);
        CHECK(text(all.news(0, {}, start).at("changes")) == row.state);
    }
    CHECK(text(watch_of({tenant(1, "A", 0, 4)}).news(0, {}, start).at("changes")) == R"([[0,"ready",4]])");
}

TEST_CASE("a tenant that fails again is listed once, with all that is wrong there") {
    auto all = watch_of({tenant(1, "A", 2, 0), tenant(2, "B", 2, 0)});
    all.note(event("app_failed", 1, 2, "no room"), start);
    all.note(event("tenant_failed", 1, 0, "no secrets"), start);
    all.note(event("identity_fallback", 1, 0, "expired"), start);
    auto const seen = all.version();
    all.note(event("tenant_failed", 1, 0, "no secrets; no consent"), start);
    all.note(event("tenant_failed", 2, 0, "gone"), start);
    CHECK(all.failed_tenants() == 2);
    auto const news = all.news(seen, {}, start);
    CHECK(news.at("all_troubles") == 4);
    CHECK(text(news.at("troubles")) ==
          R"([[0,"","tenant_failed","no secrets; no consent"],[1,"","tenant_failed","gone"]])");
    CHECK(text(all.news(0, {}, start).at("troubles").as_array()[1]) ==
          R"([0,"","tenant_failed","no secrets; no consent"])");
}

TEST_CASE("a tenant without a directory is seen, though no run is made of it") {
    auto all = watch_of({tenant(1, "A", 2, 0)});
    all.lose({.tenant = {.id = "b.example", .name = "B"},
              .apps = 5,
              .reason = {provisioner::meaning::tenant_refused, "no directory has that domain"}});
    CHECK(all.tenants() == 2);
    CHECK(all.failed_tenants() == 1);
    CHECK(text(all.beginning().at("tenants").as_array()[1]) == R"(["B","b.example",5])");
    CHECK(all.beginning().at("planned") == 7);
    CHECK(text(all.news(0, {}, start).at("changes")) == R"([[1,"failed",0]])");
    CHECK(text(all.news(0, {}, start).at("troubles")) ==
          R"([[1,"","tenant_failed","no directory has that domain"]])");
}

TEST_CASE("what was told is not told again") {
    auto all = watch_of({tenant(1, "A", 2, 0), tenant(2, "B", 2, 0)});
    all.note(event("app_failed", 1, 2, "no \x1b[31mroom"), start);
    all.sample({.planned = 4, .failed = 1, .writes = 3}, start + 1s);
    auto const first = all.news(0, {}, start + 1s);
    CHECK(text(first.at("changes")) == R"([[0,"failed",0]])");
    CHECK(text(first.at("samples")) == R"([[1E0,1,3]])");
    CHECK(text(first.at("troubles")) == R"([[0,"exchange 2","app_failed","no \\x1b[31mroom"]])");
    auto const seen = all.version();
    for (auto const* each : {"changes", "samples", "troubles"})
        CHECK(all.news(seen, {}, start + 1s).at(each).as_array().empty());
    all.note(event("app_ready", 2, 1), start + 2s);
    all.sample({.planned = 4, .ready = 1, .failed = 1, .writes = 9}, start + 2s);
    auto const second = all.news(seen, {}, start + 2s);
    CHECK(text(second.at("changes")) == R"([[1,"working",1]])");
    CHECK(text(second.at("samples")) == R"([[2E0,2,9]])");
    CHECK(second.at("all_troubles") == 1);
    // Of somebody else's directory nothing is known.
    all.note(event("app_ready", 9, 1), start + 2s);
    CHECK(all.news(0, {}, start).at("changes").as_array().size() == 2);
}

TEST_CASE("the longest waits come first, and none that is over") {
    auto all =
        watch_of({tenant(1, "A", 1, 0), tenant(2, "B", 1, 0), tenant(3, "C", 1, 0), tenant(4, "D", 1, 0)});
    all.note(event("waiting", 1, 1, "throttle", 5s), start);
    all.note(event("waiting", 2, 1, "replication", 30s), start);
    all.note(event("waiting", 3, 1, "error", 1s), start);
    all.note(event("waiting", 4, 1, "throttle", 60s), start);
    all.note(event("app_ready", 4, 1), start + 1s);
    // A shorter one of the same tenant, and one that takes longer.
    all.note(event("waiting", 2, 2, "throttle", 3s), start);
    all.note(event("waiting", 1, 2, "error", 1s), start);
    CHECK(text(all.news(0, {}, start + 2s).at("waits")) == R"([[1,"replication",2.8E1],[0,"throttle",3E0]])");
}

TEST_CASE("what is left is said as the forecast has it, as long as there is one") {
    auto all = watch_of({tenant(1, "A", 10, 10)});
    provisioner::fleet_counts const half{.planned = 20, .ready = 15};
    CHECK(all.news(0, half, start + 10s).at("seconds_left").as_double() == doctest::Approx(10));
    run_watch const unknown({tenant(1, "A", 10, 10)}, {}, start);
    CHECK_FALSE(unknown.news(0, half, start + 10s).contains("seconds_left"));
}

TEST_CASE("however long a run is and however much goes wrong, what is sent has a bound") {
    auto all = watch_of({tenant(1, "A", 1, 0)});
    for (int i = 0; i < 100'000; ++i) {
        all.sample({.planned = 1, .writes = i}, start + i * 1s);
        if (i % 10 == 0) all.note(event("app_failed", 1, 1, "why"), start);
    }
    auto const news = all.news(0, {}, start);
    auto const& samples = news.at("samples").as_array();
    CHECK(samples.size() > 200);
    CHECK(samples.size() <= 600);
    CHECK(samples.front().as_array()[0].as_double() == 0);
    CHECK(samples.back().as_array()[0].as_double() > 99'000);
    CHECK(news.at("troubles").as_array().size() == 500);
    CHECK(news.at("all_troubles") == 10'000);
}

TEST_SUITE_END();
