#include "planner/csv_grammar.hpp"

#include <new>

namespace poolwright::planner {

namespace {

constexpr unsigned char options = CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL;
constexpr std::size_t block = 4096;

}  // namespace

// The callbacks run inside C, through which nothing may be thrown: so all they need is allocated here.
csv_grammar::csv_grammar(char delimiter, std::size_t longest_row) : delimiter_(delimiter) {
    text_.reserve(longest_row);
    ends_.reserve(longest_row + 1);
    restart();
}

csv_grammar::~csv_grammar() {
    csv_free(&parser_);
}

void csv_grammar::restart() {
    csv_free(&parser_);
    csv_init(&parser_, options);
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter_));
    csv_set_blk_size(&parser_, block);
    fresh_ = true;
}

csv_grammar::outcome csv_grammar::feed(std::string_view line) {
    if (fresh_) {
        text_.clear();
        ends_.clear();
    }
    row_ended_ = false;
    fault_offset_ = csv_parse(&parser_, line.data(), line.size(), on_cell, on_row, this);
    if (fault_offset_ < line.size()) {
        if (csv_error(&parser_) != CSV_EPARSE) throw std::bad_alloc();
        return outcome::malformed;
    }
    fresh_ = row_ended_;
    return ended();
}

csv_grammar::outcome csv_grammar::finish() {
    row_ended_ = true;
    if (csv_fini(&parser_, on_cell, on_row, this) != 0) return outcome::malformed;
    return fresh_ ? outcome::blank : ended();
}

csv_grammar::outcome csv_grammar::ended() const noexcept {
    if (!row_ended_) return outcome::inside;
    return ends_.empty() ? outcome::blank : outcome::row;
}

std::span<std::string_view const> csv_grammar::cells() {
    cells_.clear();
    std::size_t begin = 0;
    for (auto const end : ends_) {
        cells_.emplace_back(text_.data() + begin, end - begin);
        begin = end;
    }
    return cells_;
}

void csv_grammar::on_cell(void* text, std::size_t size, void* self) noexcept {
    auto& me = *static_cast<csv_grammar*>(self);
    me.text_.append(static_cast<char const*>(text), size);
    me.ends_.push_back(me.text_.size());
}

// Also called for a line feed after a carriage return and for an empty line: a line break outside quotes ends
// whatever there was.
void csv_grammar::on_row(int, void* self) noexcept {
    static_cast<csv_grammar*>(self)->row_ended_ = true;
}

}  // namespace poolwright::planner
