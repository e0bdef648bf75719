#include "tests/bench/virtual_scenario.hpp"
#include "throttle/forecast.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <string>
#include <sys/resource.h>

// Whole runs in virtual time: how long each takes against the least time possible, and what it costs this
// machine. Prints one JSON object a run.
//
//     virtual_run SCENARIO ...           those of virtual_scenario.hpp
//     virtual_run scale TENANTS          as documented, with so many tenants

namespace {

using namespace poolwright;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

double share(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// What was asked of Graph, and how much of that was refused because the directory had not caught up.
struct graph_calls {
    std::uint64_t all = 0;
    std::uint64_t replicating = 0;
};

graph_calls calls_to_graph(sandbox::statistics const& counted) {
    graph_calls sum;
    for (auto const& [route, statuses] : counted.requests) {
        if (route.find("oauth2") != std::string::npos) continue;
        for (auto const& [status, count] : statuses) {
            sum.all += count;
            if (status >= 400 && status != 429) sum.replicating += count;
        }
    }
    return sum;
}

// Another tool that calls as the same application, second by second; remembers what it was let through.
class other_tool {
public:
    other_tool(simulate::world& where, double most) : where_(where), most_(most) {
        if (most_ > 0) each_second();
    }

    // The first second in which a bucket of that quota had room for so many calls beside the other tool's.
    [[nodiscard]] double least_seconds(throttle::quota const& quota, std::int64_t calls) const {
        auto const refill = static_cast<double>(quota.limit) / seconds(quota.window);
        double left = static_cast<double>(quota.limit - calls);
        double second = 0;
        for (auto const taken : taken_) {
            if (left >= 0) return second;
            left += refill - static_cast<double>(taken);
            ++second;
        }
        return second;
    }

private:
    void each_second() {
        if (taken_.size() % 60 == 0) part_ = std::uniform_real_distribution<>(0, most_)(random_);
        auto const& quota = where_.options.directory.limits.application_writes;
        auto const wanted = part_ * static_cast<double>(quota.limit) / seconds(quota.window);
        auto const& client = where_.options.fleet.identities.front().who.client_id;
        taken_.push_back(
            where_.model().write_elsewhere(client, std::llround(wanted), where_.time().true_wall()));
        where_.time().after(std::chrono::seconds(1), [this] { each_second(); });
    }

    simulate::world& where_;
    double most_;
    double part_ = 0;
    std::mt19937_64 random_{1};
    std::vector<std::int64_t> taken_;
};

// What a finished run is held against.
struct yardstick {
    double least_seconds = 0;
    std::string_view binding;
    double forecast_seconds = 0;
};

yardstick yardstick_for(bench::scenario const& what, other_tool const& other) {
    auto const load = bench::load_of(what);
    auto conditions = bench::conditions_of(what);
    auto const least = throttle::least_time_for(load, conditions);
    auto bound = least.time.count();
    if (what.taken_elsewhere > 0)
        bound = other.least_seconds(conditions.quotas.application_writes,
                                    bench::apps_of(what) * load.writes_per_app);
    auto const& told = what.world.fleet.limits;
    conditions.concurrency =
        throttle::fleet_in_flight(told, static_cast<int>(conditions.identities), conditions.latency);
    conditions.per_tenant = throttle::tenant_in_flight(told, conditions.latency);
    return {.least_seconds = bound,
            .binding = least.binding,
            .forecast_seconds = throttle::forecast_run(load, conditions).time.count()};
}

rusage used() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage;
}

double processor_seconds() {
    auto const usage = used();
    auto const of = [](timeval time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

boost::json::object report(bench::scenario const& what, simulate::world& where, yardstick const& held,
                           graph_calls const& early) {
    auto const all = calls_to_graph(where.model().counted());
    auto const& counted = where.model().counted();
    auto const apps = bench::apps_of(what);
    auto const took = seconds(where.time().elapsed());
    return {{"benchmark", what.name},
            {"tenants", what.world.apps.size()},
            {"apps", apps},
            {"ready", where.result().counts.ready},
            {"seconds", took},
            {"least_seconds", held.least_seconds},
            {"binding_limit", held.binding},
            {"ratio", held.least_seconds > 0 ? took / held.least_seconds : 0},
            {"forecast_seconds", held.forecast_seconds},
            {"forecast_error", held.forecast_seconds / took - 1},
            {"graph_calls", all.all},
            {"calls_per_app", static_cast<double>(where.result().counts.calls) / static_cast<double>(apps)},
            {"throttled", counted.throttled},
            {"throttled_share", share(counted.throttled, all.all)},
            {"early_calls", counted.early_calls},
            {"refused_for_replication", all.replicating},
            {"refused_after_100_apps", share(all.replicating - early.replicating, all.all - early.all)}};
}

int run(bench::scenario what) {
    // What was counted when a hundred apps were ready: by then the lag is known.
    simulate::world* world = nullptr;
    graph_calls early;
    std::int64_t ready = 0;
    std::chrono::nanoseconds directory{0};
    what.world.directory_cpu = &directory;
    what.world.watched = false;
    what.world.tell = [&](provisioner::fleet_event const& event) {
        if (event.type == "app_ready" && ++ready == 100) early = calls_to_graph(world->model().counted());
    };
    simulate::world where(what.world);
    world = &where;
    other_tool const other(where, what.taken_elsewhere);
    auto const begun = processor_seconds();
    if (what.dies_at != 0 && where.run(what.dies_at) != simulate::run_end::died) return 70;
    if (where.run() != simulate::run_end::finished) return 70;
    auto const client = processor_seconds() - begun - seconds(directory);
    auto printed = report(what, where, yardstick_for(what, other), early);
    auto const per_tenant = 1e3 / static_cast<double>(what.world.apps.size());
    printed["client_cpu_ms_per_tenant"] = client * per_tenant;
    printed["directory_cpu_ms_per_tenant"] = seconds(directory) * per_tenant;
    printed["peak_memory_mib"] = static_cast<double>(used().ru_maxrss) / 1024;
    std::puts(boost::json::serialize(printed).c_str());
    return where.result().counts.ready == bench::apps_of(what) ? 0 : 1;
}

int usage() {
    std::fputs(
        "usage: virtual_run documented|giant|hidden-fixed|hidden-sliding|hidden-bucket|noisy|identities-K|"
        "documented-killed|giant-killed ...\n"
        "       virtual_run scale TENANTS\n",
        stderr);
    return 64;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 3 && std::string_view(argv[1]) == "scale") {
        auto const tenants = std::atoll(argv[2]);
        return tenants < 1 ? usage() : run(bench::documented(static_cast<std::size_t>(tenants)));
    }
    if (argc < 2) return usage();
    for (int i = 1; i < argc; ++i) {
        auto what = bench::find_scenario(argv[i]);
        if (!what) return usage();
        if (auto const failed = run(std::move(*what)); failed != 0) return failed;
    }
}
