#include "cli/forecast_section.hpp"

#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::cli {
namespace {

using namespace std::chrono_literals;
using planner::grouped;
using std::chrono::nanoseconds;

std::string writes_sentence(capacity_report const& report) {
    return fmt::format(
        "An app takes {} writes: the application, its service principal and {}. For what is to "
        "be created that is {}.",
        report.writes_per_app, counted(report.writes_per_app - 2, "permission"),
        counted(report.writes, "write"));
}

std::string time_sentence(throttle::forecast const& forecast) {
    auto const text = fmt::format("With one identity that takes about {}. ", forecast_words(forecast.time));
    auto const chain = forecast_words(forecast.critical_path);
    if (forecast.binding == "critical path") {
        return text +
               "What decides is the critical path: the chain of one app, in which each call waits for the "
               "one before.";
    }
    if (forecast.binding == "latency") {
        return text + fmt::format(
                          "What decides is the latency, with so few calls in flight; the chain of one "
                          "app takes {}.",
                          chain);
    }
    return text + fmt::format("What decides is the limit {}; the chain of one app takes {}.",
                              forecast.binding, chain);
}

// How many identities the times need, if not one for each.
void add_identities(capacity_report const& report, report_section& section) {
    auto const& needed = report.identities;
    if (std::ranges::any_of(needed, [](auto const& each) { return each.identities > 1; })) {
        section.columns = {{"WITHIN", true}, {"IDENTITIES", true}};
        for (auto const& each : needed)
            section.rows.push_back({setting_words(each.within), grouped(each.identities)});
    }
    std::string missed;
    for (auto const within : report_times) {
        if (std::ranges::find(needed, within, &throttle::identities_needed::within) != needed.end()) continue;
        missed += (missed.empty() ? "" : " or ") + setting_words(within);
    }
    if (!missed.empty())
        section.notes.push_back(fmt::format("No number of identities does it within {}.", missed));
}

std::string assumptions_of(report_assumptions const& assumed) {
    return fmt::format(
        "Assumed: {} for every call (--latency), {} of replication lag (--replication-lag), {} "
        "(--limits), at most {} calls in flight, {} of them in one tenant; that no call is refused, and that "
        "a new secret works at once.",
        setting_words(assumed.conditions.latency), setting_words(assumed.conditions.replication_lag),
        assumed.limits_file.empty() ? "the published limits"
                                    : "the limits of " + visible(assumed.limits_file),
        grouped(assumed.conditions.concurrency), assumed.conditions.per_tenant);
}

}  // namespace

std::string setting_words(nanoseconds time) {
    if (time < 1s) return fmt::format("{} ms", time / 1ms);
    if (time % 1h == 0ns) return fmt::format("{} h", time / 1h);
    if (time % 1min == 0ns) return fmt::format("{} min", time / 1min);
    return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
}

std::string forecast_words(throttle::real_seconds time) {
    constexpr throttle::real_seconds a_year = 365 * 24h;
    if (time > a_year) return "more than a year";
    return duration_words(std::chrono::duration_cast<nanoseconds>(time));
}

report_section forecast_section(capacity_report const& report) {
    report_section section{.title = "Forecast"};
    section.sentences.push_back(writes_sentence(report));
    if (report.writes == 0) return section;
    section.sentences.push_back(time_sentence(report.forecast));
    add_identities(report, section);
    section.notes.push_back(assumptions_of(report.assumptions));
    return section;
}

}  // namespace poolwright::cli
