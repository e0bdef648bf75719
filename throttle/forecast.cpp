#include "throttle/forecast.hpp"

#include "throttle/forecast_model.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

namespace poolwright::throttle {
namespace {

// How many calls a model is run over.
constexpr std::int64_t most_calls = 50'000;

// The same rate, and as nearly as whole calls allow the same burst, for a part of the calls.
quota cut_down(quota what, double part) {
    constexpr double longest_window = 1e17;  // three years, in nanoseconds
    auto const exact = static_cast<double>(what.limit) * part;
    auto const whole = std::max(1.0, std::round(exact));
    auto const window = static_cast<double>(what.window.count()) * whole / exact;
    what.limit = static_cast<std::int64_t>(whole);
    what.window = std::chrono::nanoseconds(static_cast<std::int64_t>(std::min(window, longest_window)));
    return what;
}

struct sampled_run {
    fleet_load load;
    run_conditions conditions;
};

// One of the identities that the tenants are dealt out to, or a sample of its tenants.
class sampler {
public:
    sampler(fleet_load const& load, run_conditions const& conditions)
        : conditions_(conditions), identities_(std::max<std::int64_t>(1, conditions.identities)) {
        sample_.load = load;
        std::erase_if(sample_.load.tenants, [](tenant_load const& each) { return each.apps == 0; });
        std::ranges::stable_sort(sample_.load.tenants, std::greater<>(), &tenant_load::apps);
        sample_.conditions = conditions;
    }

    sampled_run take() && {
        auto& tenants = sample_.load.tenants;
        if (tenants.empty()) return std::move(sample_);
        // The least that the most loaded identity can have.
        auto const all = apps() / static_cast<double>(identities_);
        auto const mine = std::max(all, static_cast<double>(tenants.front().apps));
        auto const calls = static_cast<double>(calls_of_sample()) / static_cast<double>(identities_);
        keep_every(identities_ * static_cast<std::int64_t>(std::ceil(calls / most_calls)));
        auto const part = apps() / mine;
        auto const shrinking = shrink_tenants();
        cut_down_fleet(part / shrinking);
        if (shrinking > 1) cut_down_tenants(1 / shrinking);
        return std::move(sample_);
    }

private:
    [[nodiscard]] double apps() const {
        auto const& tenants = sample_.load.tenants;
        return std::accumulate(tenants.begin(), tenants.end(), 0.0, [](double sum, tenant_load const& each) {
            return sum + static_cast<double>(each.apps);
        });
    }

    [[nodiscard]] std::int64_t calls_of_sample() const {
        auto const& load = sample_.load;
        return static_cast<std::int64_t>(apps()) * load.calls_per_app() +
               static_cast<std::int64_t>(load.tenants.size()) * load.calls_per_tenant();
    }

    // The largest first, so that it is among them.
    void keep_every(std::int64_t step) {
        auto& tenants = sample_.load.tenants;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < tenants.size(); i += static_cast<std::size_t>(step))
            tenants[kept++] = tenants[i];
        tenants.resize(kept);
    }

    // Where few tenants are enormous: by how much their apps were divided.
    double shrink_tenants() {
        constexpr std::int64_t still_quick = 5 * most_calls;
        if (calls_of_sample() <= still_quick) return 1;
        auto const divisor = std::ceil(static_cast<double>(calls_of_sample()) / most_calls);
        for (auto& each : sample_.load.tenants)
            each.apps = std::max(std::int64_t{1}, each.apps / static_cast<std::int64_t>(divisor));
        return divisor;
    }

    void cut_down_fleet(double part) {
        auto& [quotas, latency, lag, identities, concurrency, per_tenant] = sample_.conditions;
        identities = 1;
        quotas.application_writes = cut_down(quotas.application_writes, part);
        quotas.application_resource_units = cut_down(quotas.application_resource_units, part);
        // What rounding does to the calls in flight, the latency makes good.
        auto const exact = std::max(1, conditions_.concurrency) * part / static_cast<double>(identities_);
        concurrency = static_cast<std::int32_t>(std::max(1.0, std::round(exact)));
        latency = std::chrono::nanoseconds(
            static_cast<std::int64_t>(static_cast<double>(latency.count()) * concurrency / exact));
    }

    void cut_down_tenants(double part) {
        auto& to = sample_.conditions;
        to.quotas.tenant_writes = cut_down(to.quotas.tenant_writes, part);
        to.quotas.application_tenant_writes = cut_down(to.quotas.application_tenant_writes, part);
        for (auto& each : to.quotas.application_tenant_resource_units) each = cut_down(each, part);
        to.per_tenant = std::max(1, static_cast<std::int32_t>(std::round(to.per_tenant * part)));
    }

    run_conditions conditions_;
    std::int64_t identities_;
    sampled_run sample_;
};

// The smallest number above `too_few` of which `suffices` is true, as far as `enough`, of which it is.
template <class Suffices>
std::int64_t first_that(std::int64_t too_few, std::int64_t enough, Suffices suffices) {
    while (enough - too_few > 1) {
        auto const middle = too_few + (enough - too_few) / 2;
        (suffices(middle) ? enough : too_few) = middle;
    }
    return enough;
}

// How long the run takes with that many identities, each number asked once.
class run_by_identities {
public:
    run_by_identities(fleet_load const& load, run_conditions const& conditions, std::int32_t most_in_flight)
        : load_(load), conditions_(conditions), most_in_flight_(most_in_flight) {}

    [[nodiscard]] real_seconds least(std::int64_t identities) const {
        return least_time_for(load_, with(identities)).time;
    }

    real_seconds time(std::int64_t identities) {
        auto const [entry, is_new] = known_.try_emplace(identities, real_seconds(0));
        if (is_new) entry->second = forecast_run(load_, with(identities)).time;
        return entry->second;
    }

    // The fewest within that time, nothing if `most` do not reach it. The bound costs nothing, so it says
    // first how many are too few; few more are enough for the model.
    std::optional<std::int64_t> fewest(std::chrono::seconds within, std::int64_t most) {
        if (least(most) > within) return std::nullopt;
        auto too_few = first_that(0, most, [&](auto some) { return least(some) <= within; }) - 1;
        for (std::int64_t more = 1;; more *= 2) {
            auto const enough = std::min(most, too_few + more);
            if (time(enough) <= within)
                return first_that(too_few, enough, [&](auto some) { return time(some) <= within; });
            if (enough == most) return std::nullopt;
            too_few = enough;
        }
    }

private:
    [[nodiscard]] run_conditions with(std::int64_t identities) const {
        auto conditions = conditions_;
        auto const most = std::max(most_in_flight_, conditions.concurrency);
        conditions.concurrency =
            static_cast<std::int32_t>(std::min<std::int64_t>(most, conditions.concurrency * identities));
        conditions.identities = identities;
        return conditions;
    }

    fleet_load const& load_;
    run_conditions const& conditions_;
    std::int32_t most_in_flight_;
    std::map<std::int64_t, real_seconds> known_;
};

}  // namespace

forecast forecast_run(fleet_load const& load, run_conditions const& conditions) {
    auto const least = least_time_for(load, conditions);
    if (least.binding.empty()) return {};
    auto const sample = sampler(load, conditions).take();
    auto run = run_model(sample.load, sample.conditions);
    auto const time = std::max(least.time, run.time);
    // A sample that was a little quicker than can be is a little quicker all along.
    if (run.time.count() > 0)
        for (auto& each : run.progress) each *= time / run.time;
    return {.time = time,
            .binding = least.binding,
            .critical_path = critical_path(load, conditions),
            .progress = std::move(run.progress)};
}

std::vector<identities_needed> identities_for(fleet_load const& load, run_conditions const& conditions,
                                              std::int32_t most_in_flight,
                                              std::span<std::chrono::seconds const> times) {
    auto const busy = std::ranges::count_if(load.tenants, [](auto const& each) { return each.apps > 0; });
    if (busy == 0) return {};
    run_by_identities run(load, conditions, most_in_flight);
    std::vector<identities_needed> needed;
    for (auto const within : times) {
        if (auto const fewest = run.fewest(within, busy))
            needed.push_back({.within = within, .identities = *fewest});
    }
    return needed;
}

}  // namespace poolwright::throttle
