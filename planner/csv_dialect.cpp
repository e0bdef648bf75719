#include "planner/csv_dialect.hpp"

#include "planner/tenant_columns.hpp"
#include "planner/wording.hpp"

#include <algorithm>
#include <compare>

namespace poolwright::planner {

namespace {

// After the first line break that is not inside quotes, if there is one.
std::optional<std::size_t> end_of_row(std::string_view text) noexcept {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == '\n' && !quoted) return i + 1;
    }
    return std::nullopt;
}

std::string_view without(std::string_view text, std::string_view edges) noexcept {
    auto const begin = text.find_first_not_of(edges);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(edges) - begin + 1);
}

// How much sense a delimiter makes of a header: first the columns that it shows, then the number of cells.
struct score {
    std::size_t columns = 0;
    std::size_t cells = 1;
    auto operator<=>(score const&) const = default;
};

score score_of(std::string_view header, char delimiter) {
    score out;
    bool quoted = false;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= header.size(); ++i) {
        if (i < header.size() && header[i] == '"') quoted = !quoted;
        bool const ends = i == header.size() || (header[i] == delimiter && !quoted);
        if (!ends) continue;
        if (column_of(without(header.substr(begin, i - begin), " \t\r\n\""))) ++out.columns;
        if (i < header.size()) ++out.cells;
        begin = i + 1;
    }
    return out;
}

char best_delimiter(std::string_view header) {
    constexpr std::string_view delimiters = ",;\t";
    return *std::max_element(delimiters.begin(), delimiters.end(),
                             [&](char a, char b) { return score_of(header, a) < score_of(header, b); });
}

// The delimiter that a `sep=` line gives, 0 for one that is not supported; nothing if the line is another
// one.
std::optional<char> separator_of(std::string_view line) noexcept {
    constexpr std::string_view word = "sep=";
    line = line.substr(0, line.find_last_not_of("\r\n") + 1);
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
    bool const given = line.size() >= word.size() && std::equal(word.begin(), word.end(), line.begin(),
                                                                [](char a, char b) { return a == lower(b); });
    if (!given) return std::nullopt;
    bool const known = line.size() == word.size() + 1 &&
                       std::string_view(",;\t").find(line.back()) != std::string_view::npos;
    return known ? line.back() : '\0';
}

}  // namespace

std::optional<csv_dialect> find_dialect(std::string_view text, bool whole) {
    auto const end = end_of_row(text);
    if (!end && !whole) return std::nullopt;
    auto const header = text.substr(0, end.value_or(text.size()));
    if (auto const given = separator_of(header)) return csv_dialect{*given, header.size()};
    return csv_dialect{best_delimiter(header), 0};
}

}  // namespace poolwright::planner
