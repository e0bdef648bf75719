#include "cli/provision_report.hpp"

#include <algorithm>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::meaning;
using provisioner::tenant_end;

tenant_end end_for(meaning what) noexcept {
    if (what == meaning::untrusted) return tenant_end::untrusted;
    return what == meaning::transient ? tenant_end::unreachable : tenant_end::refused;
}

bool never_reached(failed_tenant const& each) noexcept {
    return each.end == tenant_end::unreachable || each.end == tenant_end::untrusted;
}

bool not_let_in(failed_tenant const& each) noexcept {
    return each.end == tenant_end::identity_refused;
}

}  // namespace

void wait_counts::add(provisioner::fleet_event const& event) noexcept {
    if (event.type != "waiting") return;
    if (event.reason == "throttle") ++throttle;
    if (event.reason == "replication") ++replication;
    if (event.reason == "error") ++error;
}

run_report make_report(provisioner::fleet_result result, std::span<tenant_label const> tenants,
                       std::span<lost_tenant const> lost, std::chrono::nanoseconds took) {
    run_report report;
    report.totals = result.counts;
    report.tenants = tenants.size() + lost.size();
    report.tenants_entered = result.tenants_entered;
    report.took = took;
    report.interrupted = result.interrupted;
    for (auto const& each : lost) {
        report.totals.planned += each.apps;
        report.totals.failed += each.apps;
        report.failed.push_back(
            {.tenant = each.tenant, .end = end_for(each.reason.what), .why = each.reason.why});
    }
    for (auto& each : result.tenants) {
        report.failed.push_back(
            {.tenant = tenants[each.tenant], .end = each.end, .why = std::move(each.why)});
    }
    for (auto& each : result.slots) {
        report.unready.push_back({.tenant = tenants[each.tenant],
                                  .pool = std::move(each.pool),
                                  .ordinal = each.ordinal,
                                  .pending = each.pending,
                                  .why = std::move(each.why)});
    }
    for (auto& each : result.fallbacks) {
        report.fallbacks.push_back({.tenant = tenants[each.tenant],
                                    .from = std::move(each.from),
                                    .to = std::move(each.to),
                                    .why = std::move(each.why)});
    }
    for (auto& each : result.credential_changes)
        report.certified.push_back({.tenant = tenants[each.tenant], .why = std::move(each.why)});
    return report;
}

exit_code exit_code_for(run_report const& report) noexcept {
    if (report.interrupted) return interrupted;
    if (report.all_ready()) return done;
    if (report.tenants_entered > 0 || report.failed.empty()) return incomplete;
    if (std::all_of(report.failed.begin(), report.failed.end(), never_reached)) return unreachable;
    return std::all_of(report.failed.begin(), report.failed.end(), not_let_in) ? refused : incomplete;
}

bool worth_a_ledger(run_report const& report) noexcept {
    auto const code = exit_code_for(report);
    return report.tenants_entered > 0 || code == done || code == incomplete;
}

std::string_view to_string(tenant_end end) noexcept {
    constexpr std::string_view names[] = {"unreachable", "untrusted", "identity_refused", "refused"};
    return names[static_cast<std::size_t>(end)];
}

}  // namespace poolwright::cli
