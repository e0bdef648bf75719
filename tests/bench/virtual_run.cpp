#include "tests/simulate/world.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

// A whole run in virtual time under the documented limits: how long it takes against the least time that the
// application's write quota allows, and what it costs this machine. Usage: virtual_run TENANTS APPS
// LATENCY_MS LAG_MS; prints one JSON object.

namespace {

using namespace poolwright;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::int64_t number(char const* text, std::int64_t least) {
    auto const value = std::atoll(text);
    if (value < least) {
        std::fprintf(stderr, "virtual_run: %s is less than %lld\n", text, static_cast<long long>(least));
        std::exit(64);
    }
    return value;
}

// A bucket of L lets L calls go at once and the others at L/W: (N − L)·W/L.
double least_seconds(throttle::quota const& quota, std::int64_t calls) {
    return std::max(0.0, static_cast<double>(calls - quota.limit) * seconds(quota.window) /
                             static_cast<double>(quota.limit));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: virtual_run TENANTS APPS LATENCY_MS LAG_MS\n", stderr);
        return 64;
    }
    auto const tenants = number(argv[1], 1);
    auto const apps = number(argv[2], 1);
    auto options = simulate::world_of(std::vector<std::int64_t>(static_cast<std::size_t>(tenants), apps));
    options.directory.latency = std::chrono::milliseconds(number(argv[3], 0));
    options.directory.replication_lag = std::chrono::milliseconds(number(argv[4], 0));
    options.fleet.concurrency = 128;
    simulate::world where(options);
    auto const begun = std::chrono::steady_clock::now();
    if (where.run() != simulate::run_end::finished) return 70;
    auto const real = std::chrono::steady_clock::now() - begun;
    auto const& counts = where.result().counts;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    auto const bound = least_seconds(options.fleet.limits.application_writes, tenants * apps * 5);
    boost::json::object const report{
        {"benchmark", "virtual_run"},
        {"tenants", tenants},
        {"apps", tenants * apps},
        {"ready", counts.ready},
        {"calls", counts.calls},
        {"calls_per_app", static_cast<double>(counts.calls) / static_cast<double>(tenants * apps)},
        {"writes", counts.writes},
        {"throttled", where.model().counted().throttled},
        {"virtual_seconds", seconds(where.time().elapsed())},
        {"least_seconds", bound},
        {"ratio", bound > 0 ? seconds(where.time().elapsed()) / bound : 0},
        {"real_seconds", seconds(real)},
        {"peak_memory_mib", static_cast<double>(usage.ru_maxrss) / 1024}};
    std::puts(boost::json::serialize(report).c_str());
    return counts.ready == tenants * apps ? 0 : 1;
}
