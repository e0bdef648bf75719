#include "provisioner/mailbox_report.hpp"

#include "provisioner/graph_reply.hpp"
#include "provisioner/http_wire.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/reply_text.hpp"

#include <algorithm>
#include <string>

// Counting mailboxes: Report (its text), Leads (a reply to the request for it, as reply_text.hpp writes it),
// Number (the body of a $count).

namespace poolwright::fuzz {

namespace {

using namespace provisioner;

constexpr std::int64_t most_mailboxes = 1'000'000'000;
constexpr std::string_view mark = "\xef\xbb\xbf";

bool is_lower_same(std::string_view cell, std::string_view name) {
    return std::equal(cell.begin(), cell.end(), name.begin(), name.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

// Whether another reader finds the number beside the day, with the delimiter that shows both columns.
bool stands_in(csv_table const& rows, mailbox_report const& report) {
    if (rows.empty()) return false;
    auto const& header = rows.front();
    auto const column = [&](std::string_view name) {
        auto const found =
            std::ranges::find_if(header, [&](auto const& cell) { return is_lower_same(cell, name); });
        return static_cast<std::size_t>(found - header.begin());
    };
    auto const total = column("total");
    auto const day = column("report date");
    if (std::max(total, day) >= header.size()) return false;
    return std::ranges::any_of(rows, [&](auto const& row) {
        if (row.size() <= std::max(total, day) || row[day] != report.as_of || row[total].empty())
            return false;
        auto const zeros = std::min(row[total].find_first_not_of('0'), row[total].size() - 1);
        return row[total].substr(zeros) == std::to_string(report.mailboxes);
    });
}

std::string_view from_header(std::string_view text) {
    if (text.starts_with(mark)) text.remove_prefix(mark.size());
    return text;
}

void fuzz_report(std::string_view text) {
    auto const read = read_mailbox_report(text);
    if (!read) return require_one_line(read.error());
    if (!text.starts_with(mark)) {
        auto const marked = read_mailbox_report(std::string(mark) + std::string(text));
        require(marked.has_value() && *marked == *read, "a byte order mark changes nothing");
    }
    if (!*read) return;
    auto const& report = **read;
    require(report.mailboxes >= 0 && report.mailboxes <= most_mailboxes, "a count is in its range");
    require(report.as_of.size() == 10, "a day is written as one");
    auto const plain = from_header(text);
    if (is_lower_same(plain.substr(0, 4), "sep=") || plain.starts_with('"')) return;
    bool found = false;
    for (char const delimiter : {',', ';', '\t'}) {
        auto const rows = read_csv(plain, delimiter, true);
        found = found || (rows && stands_in(*rows, report));
    }
    require(found, "another reader finds the number beside its day");
}

// Wherever a reply leads: https, without a token, and a request that can be sent.
void fuzz_address(http_reply const& reply) {
    auto const request = report_download_request(reply);
    if (!request) return require_one_line(request.error());
    check(*request);
    require(request->bearer == nullptr && request->credential == nullptr && request->headers.empty(),
            "no other host gets what is for Graph");
    require(request->method == http_method::get && request->body.empty(), "a report is only read");
    require(request->target.starts_with('/'), "a target begins with a slash");
    require(reply.header("location").starts_with("https://") || reply.header("location").size() > 8,
            "only an address leads anywhere");
}

void fuzz_number(std::string_view body) {
    auto const number = read_count({200, {}, secret(body)});
    if (!number) return;
    require(*number >= 0 && *number <= most_mailboxes, "a count is in its range");
    require(std::any_of(body.begin(), body.end(), [](char c) { return c >= '0' && c <= '9'; }),
            "a count has digits");
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    switch (in.byte()) {
        case 'R':
            return fuzz_report(in.rest());
        case 'L':
            return fuzz_address(reply_of(in.rest()));
        case 'N':
            return fuzz_number(in.rest());
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
