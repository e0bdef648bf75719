#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/render.hpp"
#include "examples/sandbox/report_text.hpp"
#include "examples/sandbox/tenant_faults.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes link_lifetime{10};

// What the link to a report leads to.
struct ticket {
    guid tenant;
    std::string report;
    int days = 0;
    std::int64_t ends = 0;  // seconds since 1970
};

std::string to_text(ticket const& one) {
    return json::serialize(json::object{
        {"tenant", to_string(one.tenant)}, {"report", one.report}, {"days", one.days}, {"ends", one.ends}});
}

// What carries the sandbox's seal was written by to_text().
std::optional<ticket> read_ticket(service const& all, std::string_view sealed) {
    auto const text = all.links.open(sealed);
    if (!text) return std::nullopt;
    auto const from = json::parse(*text).get_object();
    return ticket{parse_guid(from.at("tenant").get_string()).value(),
                  std::string(from.at("report").get_string()), static_cast<int>(from.at("days").get_int64()),
                  from.at("ends").get_int64()};
}

// The reporting service's own 429.
reply throttled(call const& about, std::int64_t retry_after) {
    auto made = graph_error(
        about, 429, "UnknownError",
        fmt::format(
            "This request is throttled. Please try again after the value specified in the Retry-After "
            "header. CorrelationId: {}",
            to_string(about.request_id)));
    made.headers.emplace_back("Retry-After", std::to_string(retry_after));
    return made;
}

// Where there are no reports the resource is not there. 404 and not 403: no permission would help, and the
// caller should count in another way.
bool has_reports(service const& all, guid const& tenant) {
    return facts_of(all.options.cloud).has_reports && all.kind_of(tenant) != tenant_kind::no_reports;
}

reply lead_to_report(service& all, call const& about, std::string_view report) {
    if (!has_reports(all, about.who.tenant)) return graph_error(about, 404, "UnknownError", "");
    auto const& period = about.where.keys.front();
    auto const days = days_of_period(period.value);
    if (period.name != "period" || !days) {
        return graph_error(
            about, 400, "BadRequest",
            fmt::format("Invalid period value specified: {}. Permitted values: D7,D30,D90,D180.",
                        period.value));
    }
    auto const admitted = all.reports.admit(about.who.client, about.who.tenant, report, about.arrival);
    if (admitted.early) ++all.counted.early_calls;
    if (admitted.refused) return throttled(about, admitted.refused->retry_after);
    ticket const one{about.who.tenant, std::string(report), *days, unix_seconds(about.now + link_lifetime)};
    reply made;
    made.status = 302;
    made.headers.emplace_back("Location", fmt::format("{}/sandbox-download/{}", all.options.base_url,
                                                      all.links.seal(to_text(one))));
    return made;
}

constexpr std::string_view counts = "getMailboxUsageMailboxCounts";
constexpr std::string_view detail = "getMailboxUsageDetail";

reply file_reply(std::string_view name, std::string body) {
    reply made;
    made.headers.emplace_back("Content-Type", "application/octet-stream");
    made.headers.emplace_back("Content-Disposition", fmt::format("attachment; filename={}.csv", name));
    made.body = std::move(body);
    return made;
}

}  // namespace

reply get_mailbox_counts(service& all, call const& about) {
    return lead_to_report(all, about, counts);
}

reply get_mailbox_detail(service& all, call const& about) {
    return lead_to_report(all, about, detail);
}

reply download_report(service& all, call const& about) {
    // The link is the permission; a token here is a leak.
    if (!about.header("Authorization").empty()) {
        return graph_error(about, 401, "AuthenticationFailed", "This link takes no Authorization header.");
    }
    auto const one = read_ticket(all, about.where.keys.front().value);
    auto const now = one ? about.arrival + all.fault_of(one->tenant).skew : about.now;
    if (!one || one->ends <= unix_seconds(now)) {
        return graph_error(about, 403, "AuthenticationFailed", "The link is not valid, or no longer.");
    }
    auto const wanted = one->report == counts ? mailbox_counts_report : mailbox_detail_report;
    return file_reply(one->report, wanted(all, one->tenant, one->days, now));
}

reply get_report_settings(service& all, call const& about) {
    return entity_reply(about, 200, {{"displayConcealedNames", conceals_names(all, about.who.tenant)}},
                        "admin/reportSettings", "adminReportSettings");
}

}  // namespace poolwright::sandbox
