#include "cli/doctor_report.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace poolwright::cli {
namespace {

namespace json = boost::json;
using provisioner::check;
using provisioner::check_outcome;
using provisioner::check_result;
using provisioner::checkup_end;

json::object to_json(check_result const& each) {
    auto const text_or_null = [](std::string const& text) {
        return text.empty() ? json::value(nullptr) : json::value(text);
    };
    return {{"check", to_string(each.what)},
            {"result", to_string(each.result)},
            {"text", each.text},
            {"remedy", text_or_null(each.remedy)},
            {"url", text_or_null(each.url)}};
}

bool everywhere(doctor_report const& report, std::initializer_list<checkup_end> ends) {
    return !report.tenants.empty() && std::ranges::all_of(report.tenants, [&](auto const& each) {
        return std::ranges::find(ends, each.checked.end) != ends.end();
    });
}

}  // namespace

check_outcome worst_of(tenant_checks const& checked) noexcept {
    auto worst = check_outcome::ok;
    for (auto const& each : checked.results) worst = std::max(worst, each.result);
    return worst;
}

check_outcome worst_of(tenant_checks const& checked, check what) noexcept {
    auto worst = check_outcome::ok;
    for (auto const& each : checked.results) {
        if (each.what == what) worst = std::max(worst, each.result);
    }
    return worst;
}

examined_tenant examined(lost_tenant const& lost) {
    using provisioner::meaning;
    examined_tenant one{.tenant = lost.tenant, .checked = {}};
    bool const untrusted = lost.reason.what == meaning::untrusted;
    bool const silent = untrusted || lost.reason.what == meaning::transient;
    auto const remedy = silent ? provisioner::remedy_of_silence(untrusted)
                               : std::string_view("check the domain, or give the directory id");
    one.checked.end = checkup_end::refused;
    if (silent) one.checked.end = untrusted ? checkup_end::untrusted : checkup_end::unreachable;
    one.checked.reason = lost.reason.why;
    auto const broken = silent ? check::reach : check::token;
    for (std::size_t i = 0; i < provisioner::checks; ++i) {
        auto const what = static_cast<check>(i);
        bool const here = what == broken;
        one.checked.results.push_back({.what = what,
                                       .result = here ? check_outcome::finding : check_outcome::not_checked,
                                       .text = here ? lost.reason.why : "the domain led to no directory",
                                       .remedy = std::string(here ? remedy : ""),
                                       .url = {}});
    }
    return one;
}

exit_code exit_code_for(doctor_report const& report) noexcept {
    if (report.interrupted) return interrupted;
    if (everywhere(report, {checkup_end::unreachable, checkup_end::untrusted})) return unreachable;
    if (everywhere(report, {checkup_end::identity_refused})) return refused;
    bool const found = std::ranges::any_of(
        report.tenants, [](auto const& each) { return worst_of(each.checked) == check_outcome::finding; });
    return found ? incomplete : done;
}

json::object doctor_json(doctor_report const& report) {
    json::array tenants;
    std::int64_t findings = 0;
    std::int64_t warnings = 0;
    for (auto const& each : report.tenants) {
        json::array results;
        for (auto const& one : each.checked.results) results.push_back(to_json(one));
        auto const worst = worst_of(each.checked);
        findings += worst == check_outcome::finding ? 1 : 0;
        warnings += worst == check_outcome::warning ? 1 : 0;
        tenants.push_back(json::object{{"tenant_id", each.tenant.id},
                                       {"name", each.tenant.name},
                                       {"client_id", each.checked.client_id},
                                       {"result", to_string(worst)},
                                       {"checks", std::move(results)}});
    }
    auto const all = static_cast<std::int64_t>(report.tenants.size());
    return {{"schema", "poolwright.doctor/1"},
            {"identity", report.identity},
            {"advice", report.advice.empty() ? json::value(nullptr) : json::value(report.advice)},
            {"interrupted", report.interrupted},
            {"tenants", std::move(tenants)},
            {"totals",
             {{"tenants", all},
              {"well", all - findings - warnings},
              {"with_warnings", warnings},
              {"with_findings", findings}}}};
}

}  // namespace poolwright::cli
