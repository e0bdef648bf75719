#include "tests/simulate/world.hpp"
#include "throttle/forecast.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// What the forecast says of a run, and how long the same run takes in virtual time with the real fleet, steps
// and ledger. Usage: forecast_check LATENCY_MS LAG_MS CONCURRENCY PER_TENANT LIMITS.json|- COUNTxAPPS…;
// prints one JSON object. `forecast_check 300 5000 116 64 - 1x2003 200x5` is one large tenant beside 200
// small ones.

namespace {

using namespace poolwright;

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

std::vector<std::int64_t> apps_of(int argc, char** argv) {
    std::vector<std::int64_t> apps;
    for (int i = 6; i < argc; ++i) {
        std::string const text = argv[i];
        auto const cross = text.find('x');
        apps.insert(apps.end(), std::stoul(text.substr(0, cross)), std::stol(text.substr(cross + 1)));
    }
    return apps;
}

throttle::limits limits_in(std::string const& path) {
    if (path == "-") return throttle::published_limits();
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    auto const parsed = throttle::parse_limits(text.str());
    if (parsed) return *parsed;
    for (auto const& problem : parsed.error())
        std::fprintf(stderr, "%s: %s\n", path.c_str(), problem.c_str());
    std::exit(65);
}

throttle::fleet_load load_of(std::vector<std::int64_t> const& apps) {
    // The built-in profile: three permissions of two resources.
    throttle::fleet_load load{.tenants = {}, .writes_per_app = 5, .proofs_per_app = 2, .reads_per_tenant = 2};
    for (auto const each : apps) load.tenants.push_back({.apps = each, .size = throttle::tenant_size::M});
    return load;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 7) {
        std::fputs("usage: forecast_check LATENCY_MS LAG_MS CONCURRENCY PER_TENANT LIMITS|- COUNTxAPPS...\n",
                   stderr);
        return 64;
    }
    auto options = simulate::world_of(apps_of(argc, argv));
    options.directory.latency = std::chrono::milliseconds(std::stol(argv[1]));
    options.directory.replication_lag = std::chrono::milliseconds(std::stol(argv[2]));
    options.fleet.concurrency = std::stoi(argv[3]);
    options.fleet.per_tenant = std::stoi(argv[4]);
    options.directory.limits = options.fleet.limits = limits_in(argv[5]);

    throttle::run_conditions const conditions{.quotas = options.fleet.limits,
                                              .latency = options.directory.latency,
                                              .replication_lag = options.directory.replication_lag,
                                              .identities = 1,
                                              .concurrency = options.fleet.concurrency,
                                              .per_tenant = options.fleet.per_tenant};
    auto const load = load_of(options.apps);
    auto const begun = std::chrono::steady_clock::now();
    auto const said = throttle::forecast_run(load, conditions);
    auto const took = seconds_since(begun);

    simulate::world where(options);
    if (where.run() != simulate::run_end::finished) return 70;
    auto const real = std::chrono::duration<double>(where.time().elapsed()).count();
    boost::json::object const report{
        {"benchmark", "forecast_check"},
        {"forecast_seconds", said.time.count()},
        {"virtual_seconds", real},
        {"error_percent", 100 * (said.time.count() / real - 1)},
        {"least_seconds", throttle::least_time_for(load, conditions).time.count()},
        {"binding_limit", said.binding},
        {"critical_path_seconds", said.critical_path.count()},
        {"forecast_took_seconds", took},
        {"calls", where.result().counts.calls},
        {"throttled", where.model().counted().throttled}};
    std::puts(boost::json::serialize(report).c_str());
    return 0;
}
