#include "planner/csv_row_reader.hpp"

#include "planner/csv_dialect.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace poolwright::planner {

namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

std::string_view without_line_end(std::string_view line) noexcept {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace

csv_row_reader::csv_row_reader(std::string file, row_visitor visit, problem_list& problems)
    : file_(std::move(file)), visit_(std::move(visit)), problems_(problems) {}

bool csv_row_reader::feed(std::string_view bytes) {
    if (stopped_) return false;
    buffer_.append(bytes);
    if (begin(false)) take_lines();
    if (!stopped_ && buffer_.size() - row_begin_ > longest_row) refuse_long_row();
    drop_consumed();
    return !stopped_;
}

void csv_row_reader::finish() {
    take_rest();
    count_rows_of_other_encoding();
}

void csv_row_reader::take_rest() {
    if (stopped_ || !begin(true)) return;
    take_lines();
    if (!stopped_ && line_begin_ < buffer_.size()) take_line(buffer_.size());
    if (stopped_) return;
    auto const outcome = grammar_->finish();
    if (outcome == csv_grammar::outcome::row) deliver(buffer_.size());
    if (outcome == csv_grammar::outcome::malformed && !row_is_odd_) refuse_open_quote();
}

// True once the encoding and the delimiter are known.
bool csv_row_reader::begin(bool whole) {
    if (grammar_) return true;
    if (!whole && buffer_.size() < utf8_mark.size()) return false;
    if (!mark_checked_ && !skip_byte_order_mark()) return false;
    bool const enough = whole || buffer_.size() > longest_row;
    // Only a line feed can end the header: what arrives in small pieces is not looked through for each of
    // them.
    bool const may_end = buffer_.find('\n', searched_) != std::string::npos;
    searched_ = buffer_.size();
    if (!enough && !may_end) return false;
    auto const dialect = find_dialect(buffer_, enough);
    if (!dialect) return false;
    if (dialect->delimiter == 0) {
        stop({1, 1}, "the delimiter that this line gives is not supported: use `sep=,` or `sep=;` or a tab");
        return false;
    }
    delimiter_ = dialect->delimiter;
    grammar_.emplace(delimiter_, longest_row);
    line_begin_ = searched_ = dialect->before;
    line_ = dialect->before > 0 ? 2 : 1;
    begin_row(line_begin_, line_);
    return true;
}

bool csv_row_reader::skip_byte_order_mark() {
    mark_checked_ = true;
    if (buffer_.starts_with("\xff\xfe") || buffer_.starts_with("\xfe\xff")) {
        stop({0, 0},
             "this file is UTF-16: save it as \"CSV UTF-8\", or convert it with "
             "`iconv -f UTF-16 -t UTF-8 OLD.csv > NEW.csv`");
        return false;
    }
    // Not counted in columns: no editor shows it.
    if (buffer_.starts_with(utf8_mark)) buffer_.erase(0, utf8_mark.size());
    return true;
}

void csv_row_reader::take_lines() {
    while (!stopped_) {
        auto const newline = buffer_.find('\n', searched_);
        searched_ = std::min(newline, buffer_.size());
        if (newline == std::string::npos) return;
        take_line(newline + 1);
    }
}

void csv_row_reader::take_line(std::size_t end) {
    if (end - row_begin_ > longest_row) return refuse_long_row();
    auto const line = slice(line_begin_, end);
    auto const fault = find_byte_fault(without_line_end(line));
    auto const outcome = fault ? feed_odd(line, *fault) : grammar_->feed(line);
    if (outcome == csv_grammar::outcome::malformed) refuse_malformed();
    if (outcome == csv_grammar::outcome::row) deliver(end);
    line_begin_ = searched_ = end;
    ++line_;
    if (outcome != csv_grammar::outcome::inside) begin_row(end, line_);
}

// The grammar still has to see the line, to know where its row ends, but no byte that it would take for the
// end of one.
csv_grammar::outcome csv_row_reader::feed_odd(std::string_view line, byte_fault fault) {
    if (fault.is_encoding) {
        refuse_encoding(fault);
    } else {
        add({line_, fault.offset + 1}, std::string(fault.message));
    }
    row_is_odd_ = true;
    std::string copy(line);
    auto const end = copy.begin() + static_cast<std::ptrdiff_t>(without_line_end(line).size());
    std::replace(copy.begin(), end, '\r', '?');
    return grammar_->feed(copy);
}

// Once for the file: whoever converts it has mended every row.
void csv_row_reader::refuse_encoding(byte_fault fault) {
    if (row_is_encoded_otherwise_) return;
    row_is_encoded_otherwise_ = true;
    if (rows_encoded_otherwise_++ > 0) return;
    problems_before_encoding_ = problems_.total();
    add({line_, fault.offset + 1}, std::string(fault.message));
}

void csv_row_reader::count_rows_of_other_encoding() {
    if (rows_encoded_otherwise_ < 2) return;
    auto const others = rows_encoded_otherwise_ - 1;
    problems_.extend(problems_before_encoding_,
                     fmt::format(" (as in {} more row{})", grouped(static_cast<std::int64_t>(others)),
                                 others == 1 ? "" : "s"));
}

void csv_row_reader::refuse_malformed() {
    bool const in_quotes = grammar_->fault_in_quotes();
    auto const offset = grammar_->fault_offset();
    grammar_->restart();
    if (row_is_odd_) return;
    add({line_, offset + 1},
        in_quotes ? "text after the closing quote of a cell: a quote inside a cell is written twice"
                  : "a quote inside a cell: put the whole cell in quotes and write this one twice");
}

void csv_row_reader::refuse_long_row() {
    auto const row = slice(row_begin_, std::min(buffer_.size(), row_begin_ + longest_row + 1));
    auto const line = row.substr(line_begin_ - row_begin_);
    auto const cr = line.find('\r');
    // A file whose lines end with a carriage return alone has no line at all for us.
    if (cr + 1 < line.size() && line[cr + 1] != '\n') {
        if (auto const fault = find_byte_fault(line.substr(0, cr + 1))) {
            return stop({line_, fault->offset + 1}, std::string(fault->message));
        }
    }
    auto const text = fmt::format("this row is longer than {} bytes", grouped(longest_row));
    if (auto const quote = place_of_open_quote(row, row_line_))
        return stop(*quote, text + ": is the quote here never closed?");
    stop({row_line_, 1}, text);
}

void csv_row_reader::refuse_open_quote() {
    auto const quote = place_of_open_quote(slice(row_begin_, buffer_.size()), row_line_);
    add(quote.value_or(csv_place{row_line_, 1}), "the quote that opens here is never closed");
}

void csv_row_reader::deliver(std::size_t end) {
    if (row_is_odd_) return;
    header_seen_ = true;
    if (!visit_({row_line_, grammar_->cells(), slice(row_begin_, end), delimiter_})) stopped_ = true;
}

void csv_row_reader::begin_row(std::size_t at, std::uint64_t line) {
    row_begin_ = at;
    row_line_ = line;
    row_is_odd_ = false;
    row_is_encoded_otherwise_ = false;
}

void csv_row_reader::drop_consumed() {
    buffer_.erase(0, row_begin_);
    line_begin_ -= row_begin_;
    searched_ -= row_begin_;
    row_begin_ = 0;
}

// Nothing can be said of the rows without their header.
void csv_row_reader::add(csv_place where, std::string message) {
    problems_.add({file_, where.line, where.column, std::move(message)});
    if (!header_seen_) stopped_ = true;
}

void csv_row_reader::stop(csv_place where, std::string message) {
    problems_.add({file_, where.line, where.column, std::move(message)});
    stopped_ = true;
}

std::string_view csv_row_reader::slice(std::size_t begin, std::size_t end) const noexcept {
    return std::string_view(buffer_).substr(begin, end - begin);
}

}  // namespace poolwright::planner
