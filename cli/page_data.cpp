#include "cli/page_data.hpp"

#include "cli/html_text.hpp"
#include "cli/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

// Texts that many rows share, each written once.
class shared_texts {
public:
    std::size_t number_of(std::string const& text) {
        auto const [entry, is_new] = numbers_.try_emplace(text, texts_.size());
        if (is_new) texts_.push_back(text);
        return entry->second;
    }

    void write(std::ostream& out) const {
        char const* separator = "[";
        for (auto const& each : texts_) {
            out << separator;
            write_script_json(json::value(visible(each)), out);
            separator = ",";
        }
        out << (texts_.empty() ? "[]" : "]");
    }

private:
    std::unordered_map<std::string, std::size_t> numbers_;
    std::vector<std::string> texts_;
};

class row_writer {
public:
    explicit row_writer(std::ostream& out) : out_(out) {}

    void add(planner::planned_pool const& row) {
        out_ << (is_first_ ? "[" : ",\n[");
        is_first_ = false;
        write_script_json(json::value(visible(row.tenant_id)), out_);
        out_ << ',';
        write_script_json(json::value(visible(row.name)), out_);
        out_ << fmt::format(",{},{},{},{},{},{},{},{}]", pools_.number_of(row.pool), row.mailboxes, row.apps,
                            row.existing, row.to_create, row.surplus, row.next_app_at.value_or(0),
                            reasons_.number_of(row.reason));
        most_mailboxes_ = std::max(most_mailboxes_, row.mailboxes);
    }

    void write_shared_texts() {
        out_ << ",\n\"pools\":";
        pools_.write(out_);
        out_ << ",\n\"reasons\":";
        reasons_.write(out_);
    }

    [[nodiscard]] std::int64_t most_mailboxes() const noexcept { return most_mailboxes_; }

private:
    std::ostream& out_;
    bool is_first_ = true;
    std::int64_t most_mailboxes_ = 0;
    shared_texts pools_;
    shared_texts reasons_;
};

// Steps that lie closer together than a hundredth are left out: no picture shows them.
json::array stairs_of(planner::plan_header const& header, std::int64_t most_mailboxes) {
    json::array stairs;
    std::int64_t mailboxes = 1;
    while (mailboxes <= std::max<std::int64_t>(1, most_mailboxes)) {
        auto const sized = planner::size(header.rule, mailboxes, header.growth_percent);
        stairs.push_back(json::array{mailboxes, sized.apps});
        if (!sized.next_app_at) break;
        mailboxes = std::max(*sized.next_app_at, mailboxes + mailboxes / 100);
    }
    return stairs;
}

json::array rules_of(capacity_report const& report) {
    json::array rules;
    for (auto const& each : report.rules)
        rules.push_back(
            json::object{{"name", visible(each.name)}, {"apps", each.apps}, {"chosen", each.is_chosen}});
    return rules;
}

// In seconds, exact to the nanosecond that forecast_words has: what was rounded before could read otherwise
// there.
double seconds_of(throttle::real_seconds time) {
    return std::trunc(time.count() * 1e9) / 1e9;
}

json::object forecast_of(throttle::forecast const& forecast) {
    json::array progress;
    for (auto const each : forecast.progress) progress.push_back(seconds_of(each));
    return {{"seconds", seconds_of(forecast.time)},
            {"binding_limit", forecast.binding},
            {"critical_path_seconds", seconds_of(forecast.critical_path)},
            {"progress", std::move(progress)}};
}

json::object quota_of(throttle::quota const& quota) {
    return {{"limit", quota.limit},
            {"window_seconds", std::chrono::duration<double>(quota.window).count()},
            {"is_bucket", quota.shape == throttle::quota_shape::bucket}};
}

void write_member(std::string_view name, json::value const& value, std::ostream& out) {
    out << ",\n\"" << name << "\":";
    write_script_json(value, out);
}

}  // namespace

void write_page_data(capacity_report const& report, page_rows const& rows, std::ostream& out) {
    out << "{\"rows\":[";
    row_writer writer(out);
    rows([&](planner::planned_pool const& row) { writer.add(row); });
    out << ']';
    writer.write_shared_texts();
    write_member("stairs", stairs_of(report.header, writer.most_mailboxes()), out);
    write_member("rule", json::value(visible(report.header.rule.name)), out);
    write_member("rules", rules_of(report), out);
    write_member("totals", json::object{{"apps", report.totals.apps}, {"to_create", report.totals.to_create}},
                 out);
    write_member("writes_per_app", report.writes_per_app, out);
    write_member("forecast", forecast_of(report.forecast), out);
    write_member("application_writes", quota_of(report.assumptions.conditions.quotas.application_writes),
                 out);
    out << '}';
}

}  // namespace poolwright::cli
