#include "tests/fuzz/input.hpp"

#include "tests/fuzz/independent_readers.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace poolwright::fuzz {

void fail(std::string_view promise, std::source_location where) {
    std::fprintf(stderr, "%s:%u: broken promise: %.*s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), static_cast<int>(promise.size()), promise.data());
    std::abort();
}

std::uint8_t input::byte() {
    if (rest_.empty()) return 0;
    auto const first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
}

std::uint64_t input::number() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = (value << 8U) | byte();
    return value;
}

std::int64_t input::seconds() {
    std::int64_t value = 0;
    for (int i = 0; i < 4; ++i) value = (value << 8U) | byte();
    return value;
}

std::string_view input::text() {
    auto const end = std::min(rest_.find('\x1f'), rest_.size());
    auto const found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return found;
}

std::string_view input::rest() {
    auto const all = rest_;
    rest_ = {};
    return all;
}

std::vector<std::string> split(std::string_view bytes) {
    std::vector<std::string> texts;
    for (std::size_t begin = 0; begin <= bytes.size();) {
        auto const end = std::min(bytes.find('\x1f', begin), bytes.size());
        texts.emplace_back(bytes.substr(begin, end - begin));
        begin = end + 1;
    }
    return texts;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto const c = next_character(text);
        if (!c.is_valid) return false;
    }
    return true;
}

void require_place_in(std::string_view text, std::uint64_t line, std::uint64_t column) {
    if (line == 0) return require(column == 0, "a column belongs to a line");
    for (std::uint64_t i = 1; i < line; ++i) {
        auto const end = text.find('\n');
        require(end != std::string_view::npos, "the text has the line that a problem names");
        text.remove_prefix(end + 1);
    }
    auto const length = std::min(text.find('\n'), text.size());
    require(column <= length + 1, "the line has the column that a problem names");
}

void require_sound(planner::problem const& what, std::string_view text) {
    require_place_in(text, what.line, what.column);
    require_one_line(what.message);
    require(what.text().ends_with(what.message), "a problem ends with its message");
}

void require_one_line(std::string_view message) {
    require(!message.empty(), "a message says something");
    require(std::none_of(message.begin(), message.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
            "a message is one line");
}

}  // namespace poolwright::fuzz
