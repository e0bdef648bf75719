#include "provisioner/mailbox_report.hpp"

#include "planner/csv_row_reader.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"
#include "provisioner/https_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace poolwright::provisioner {
namespace {

using planner::shown;

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return planner::lower(x) == planner::lower(y); });
}

// Fed row by row.
class report_reader {
public:
    // False: what is wrong is known.
    bool take(planner::csv_row const& row) {
        if (is_header_) {
            is_header_ = false;
            find_columns(row.cells);
        } else {
            take_day(row);
        }
        return fault_.empty();
    }

    boost::system::result<std::optional<mailbox_report>, std::string> result() && {
        if (fault_.empty() && is_header_) fault_ = "it is empty";
        if (!fault_.empty()) return std::move(fault_);
        return std::move(newest_);
    }

private:
    void find_columns(std::span<std::string_view const> header) {
        total_ = column(header, "Total");
        date_ = column(header, "Report Date");
    }

    std::size_t column(std::span<std::string_view const> header, std::string_view name) {
        auto const is_it = [&](std::string_view cell) { return same_name(cell, name); };
        auto const found = std::find_if(header.begin(), header.end(), is_it);
        auto const times = std::count_if(header.begin(), header.end(), is_it);
        if (times != 1)
            fault_ = fmt::format("it has {} column `{}`", times == 0 ? "no" : "more than one", name);
        return static_cast<std::size_t>(found - header.begin());
    }

    void take_day(planner::csv_row const& row) {
        if (row.cells.size() <= std::max(total_, date_)) {
            fault_ = fmt::format("line {} is too short", row.line);
            return;
        }
        auto const date = row.cells[date_];
        if (!planner::is_date(date)) {
            fault_ = fmt::format("line {}: the date is {}", row.line, shown(date));
            return;
        }
        // Days before the tenant's first mailbox, or that are not worked out yet, have no number.
        if (row.cells[total_].empty()) return;
        auto const total = planner::read_mailboxes(row.cells[total_]);
        if (!total) {
            fault_ = fmt::format("line {}: {}", row.line, total.error());
            return;
        }
        keep({*total, std::string(date)});
    }

    void keep(mailbox_report day) {
        if (newest_ && newest_->as_of == day.as_of && newest_->mailboxes != day.mailboxes)
            fault_ = fmt::format("it has two numbers for {}", day.as_of);
        if (!newest_ || newest_->as_of < day.as_of) newest_ = std::move(day);
    }

    bool is_header_ = true;
    std::size_t total_ = 0;
    std::size_t date_ = 0;
    std::optional<mailbox_report> newest_;
    std::string fault_;
};

}  // namespace

boost::system::result<http_request, std::string> report_download_request(http_reply const& leads_to) {
    auto const location = leads_to.header("location");
    if (location.empty()) return std::string("the reply names no address of the report");
    auto const whole = boost::urls::parse_uri({location.data(), location.size()});
    auto const base = parse_https_url(location.substr(0, location.find_first_of("?#")));
    if (!whole || !base) return std::string("the reply leads to an address that is not one of https");
    http_request request;
    request.to = base->to;
    request.target = std::string(whole->encoded_path());
    if (request.target.empty()) request.target = "/";
    if (whole->has_query()) request.target += "?" + std::string(whole->encoded_query());
    return request;
}

boost::system::result<std::optional<mailbox_report>, std::string> read_mailbox_report(std::string_view text) {
    report_reader report;
    planner::problem_list problems;
    planner::csv_row_reader rows(
        "report", [&](planner::csv_row const& row) { return report.take(row); }, problems);
    rows.feed(text);
    rows.finish();
    if (!problems.empty()) {
        auto const& first = problems.first().front();
        return fmt::format("line {}: {}", first.line, first.message);
    }
    return std::move(report).result();
}

}  // namespace poolwright::provisioner
