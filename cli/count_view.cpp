#include "cli/count_view.hpp"

#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace poolwright::cli {
namespace {

namespace json = boost::json;
using planner::grouped;
using provisioner::count_source;

// The day of a report, which its reader has found to be one.
std::chrono::sys_days day_of(std::string_view date) {
    auto const number = [&](std::size_t at, std::size_t size) {
        unsigned value = 0;
        std::from_chars(date.data() + at, date.data() + at + size, value);
        return value;
    };
    return std::chrono::year(static_cast<int>(number(0, 4))) / std::chrono::month(number(5, 2)) /
           std::chrono::day(number(8, 2));
}

std::string age_words(std::string const& date, std::chrono::sys_days today) {
    auto const days = (today - day_of(date)).count();
    if (days <= 0) return date;
    return fmt::format("{} ({} day{} old)", date, days, days == 1 ? "" : "s");
}

std::string_view source_words(live_count const& each) {
    if (each.found.source == count_source::report) return "usage report";
    if (each.found.source == count_source::licences) return "licences";
    return each.before ? "kept" : "none";
}

std::string as_of_words(live_count const& each, std::chrono::sys_days today) {
    if (each.found.source == count_source::report) return age_words(each.found.as_of, today);
    return each.found.source == count_source::licences ? "now" : "-";
}

std::optional<std::int64_t> number_of(live_count const& each) {
    return each.counted() ? std::optional(each.found.mailboxes) : each.before;
}

std::string number_words(std::optional<std::int64_t> number) {
    return number ? grouped(*number) : "-";
}

std::string const& remark_of(live_count const& each) {
    return each.counted() ? each.found.why_no_report : each.found.why;
}

json::value text_or_null(std::string const& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value number_or_null(std::optional<std::int64_t> number) {
    return number ? json::value(*number) : json::value(nullptr);
}

std::string_view source_name(live_count const& each) {
    if (each.found.source == count_source::report) return "report";
    return source_words(each);
}

json::object tenant_json(live_count const& each) {
    return {{"tenant_id", each.tenant_id},
            {"name", each.name},
            {"mailboxes", number_or_null(number_of(each))},
            {"before", number_or_null(each.before)},
            {"source", source_name(each)},
            {"as_of", text_or_null(each.found.as_of)},
            {"no_report_because", text_or_null(each.counted() ? each.found.why_no_report : std::string())},
            {"error", text_or_null(each.counted() ? std::string() : each.found.why)}};
}

}  // namespace

void print_counts(live_counts const& counts, std::chrono::sys_days today, std::ostream& out) {
    constexpr std::size_t least_width = 12;
    std::vector<std::vector<std::string>> rows;
    bool by_licences = false;
    for (auto const& each : counts.tenants()) {
        by_licences = by_licences || each.found.source == count_source::licences;
        rows.push_back({visible(each.name.empty() ? each.tenant_id : each.name),
                        number_words(number_of(each)), number_words(each.before),
                        std::string(source_words(each)), as_of_words(each, today), visible(remark_of(each))});
    }
    print_table({{.title = "TENANT", .least_width = least_width},
                 {.title = "MAILBOXES", .is_number = true},
                 {.title = "BEFORE", .is_number = true},
                 {.title = "SOURCE"},
                 {.title = "AS OF"},
                 {.title = "WHY", .least_width = least_width}},
                rows, {.width = output_width()}, out);
    if (by_licences)
        out << "Counts by licence are too low where there are shared mailboxes, which have no licence.\n";
}

json::object counts_json(live_counts const& counts) {
    json::array tenants;
    std::int64_t counted = 0;
    std::int64_t kept = 0;
    std::int64_t mailboxes = 0;
    for (auto const& each : counts.tenants()) {
        counted += each.counted() ? 1 : 0;
        kept += !each.counted() && each.before ? 1 : 0;
        mailboxes += number_of(each).value_or(0);
        tenants.push_back(tenant_json(each));
    }
    auto const all = static_cast<std::int64_t>(counts.tenants().size());
    return {{"schema", "poolwright.count/1"},
            {"tenants", std::move(tenants)},
            {"totals",
             {{"tenants", all},
              {"counted", counted},
              {"kept", kept},
              {"missing", all - counted - kept},
              {"mailboxes", mailboxes}}}};
}

}  // namespace poolwright::cli
