#include "tests/fuzz/independent_readers.hpp"

#include "tests/fuzz/input.hpp"

#include <boost/json/parse.hpp>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace poolwright::fuzz {

namespace {

// The characters of a table that stands on several lines, one at a time.
class csv_scanner {
public:
    csv_scanner(std::string_view text, char delimiter, bool trim)
        : text_(text), delimiter_(delimiter), trim_(trim) {}

    std::optional<csv_table> read() {
        csv_table rows;
        while (at_ < text_.size()) {
            std::vector<std::string> row;
            if (!read_row(row)) return std::nullopt;
            if (!is_blank_) rows.push_back(std::move(row));
        }
        return rows;
    }

private:
    [[nodiscard]] bool ends_cell() const {
        return at_ == text_.size() || text_[at_] == delimiter_ || ends_line();
    }
    [[nodiscard]] bool ends_line() const {
        return text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n") ||
               (text_[at_] == '\r' && at_ + 1 == text_.size());
    }
    [[nodiscard]] bool is_blank(char c) const { return (c == ' ' || c == '\t') && c != delimiter_; }

    bool read_row(std::vector<std::string>& row) {
        is_blank_ = true;
        while (true) {
            std::string cell;
            if (!read_cell(cell)) return false;
            row.push_back(std::move(cell));
            if (at_ == text_.size()) return true;
            if (text_[at_] != delimiter_) break;
            is_blank_ = false;
            ++at_;
        }
        if (text_[at_] == '\r') ++at_;
        if (at_ < text_.size()) ++at_;
        return true;
    }

    bool read_cell(std::string& cell) {
        auto const begin = at_;
        if (trim_)
            while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
        if (at_ < text_.size() && text_[at_] == '"') {
            is_blank_ = false;
            return read_quoted(cell);
        }
        at_ = begin;
        while (!ends_cell()) {
            if (text_[at_] == '"') return false;
            cell += text_[at_++];
        }
        trim(cell);
        if (!cell.empty()) is_blank_ = false;
        return true;
    }

    void trim(std::string& cell) const {
        if (!trim_) return;
        while (!cell.empty() && is_blank(cell.back())) cell.pop_back();
        std::size_t blanks = 0;
        while (blanks < cell.size() && is_blank(cell[blanks])) ++blanks;
        cell.erase(0, blanks);
    }

    bool read_quoted(std::string& cell) {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != '"') {
                cell += text_[at_];
            } else if (text_.substr(at_).starts_with("\"\"")) {
                cell += text_[at_++];
            } else {
                ++at_;
                if (trim_)
                    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
                return ends_cell();
            }
        }
        return false;
    }

    std::string_view text_;
    char delimiter_;
    bool trim_;
    std::size_t at_ = 0;
    bool is_blank_ = true;  // the row has no cell with anything in it, and no delimiter
};

// The lines of a text that ends with a line end.
std::optional<std::vector<std::string_view>> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        if (end == std::string_view::npos) return std::nullopt;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::optional<std::string> without_tsv_escapes(std::string_view cell) {
    std::string out;
    for (std::size_t i = 0; i < cell.size(); ++i) {
        if (cell[i] != '\\') {
            out += cell[i];
            continue;
        }
        constexpr std::string_view letters = "tnr\\";
        constexpr std::string_view meant = "\t\n\r\\";
        auto const which = i + 1 == cell.size() ? std::string_view::npos : letters.find(cell[++i]);
        if (which == std::string_view::npos) return std::nullopt;
        out += meant[which];
    }
    return out;
}

// "| a | b |" → a, b.
std::optional<std::vector<std::string>> markdown_cells(std::string_view line) {
    if (!line.starts_with('|')) return std::nullopt;
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) {
            cell += line[++i];
        } else if (line[i] == '|') {
            if (cell.size() < 2 || cell.front() != ' ' || cell.back() != ' ') return std::nullopt;
            cells.push_back(cell.substr(1, cell.size() - 2));
            cell.clear();
        } else {
            cell += line[i];
        }
    }
    if (!cell.empty()) return std::nullopt;
    return cells;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

}  // namespace

decoded next_character(std::string_view& text) {
    auto const lead = static_cast<unsigned char>(text.front());
    decoded const broken{lead, false};
    struct form {
        unsigned char mask, mark;
        std::size_t size;
        char32_t least;
    };
    static constexpr std::array<form, 4> forms{
        {{0x80, 0x00, 1, 0}, {0xe0, 0xc0, 2, 0x80}, {0xf0, 0xe0, 3, 0x800}, {0xf8, 0xf0, 4, 0x10000}}};
    for (auto const& each : forms) {
        if ((lead & each.mask) != each.mark || text.size() < each.size) continue;
        char32_t value = lead & static_cast<unsigned char>(~each.mask);
        bool good = true;
        for (std::size_t i = 1; i < each.size; ++i) {
            auto const next = static_cast<unsigned char>(text[i]);
            good = good && next >= 0x80 && next < 0xc0;
            value = value * 64 + next % 64;
        }
        if (!good || value < each.least || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) break;
        text.remove_prefix(each.size);
        return {value, true};
    }
    text.remove_prefix(1);
    return broken;
}

bool is_dangerous(char32_t c) {
    bool const control = c < 0x20 || (c >= 0x7f && c < 0xa0);
    bool const separator = c == 0x2028 || c == 0x2029;
    bool const bidirectional = c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
                               (c >= 0x2066 && c <= 0x2069);
    return control || separator || bidirectional;
}

std::optional<csv_table> read_csv(std::string_view text, char delimiter, bool trim) {
    return csv_scanner(text, delimiter, trim).read();
}

std::optional<csv_table> read_tsv(std::string_view text) {
    auto const lines = lines_of(text);
    if (!lines) return std::nullopt;
    csv_table rows;
    for (auto line : *lines) {
        auto& row = rows.emplace_back();
        for (std::size_t end = 0; end != std::string_view::npos; line.remove_prefix(end + 1)) {
            end = line.find('\t');
            auto cell = without_tsv_escapes(line.substr(0, end));
            if (!cell) return std::nullopt;
            row.push_back(std::move(*cell));
            if (end == std::string_view::npos) break;
        }
    }
    return rows;
}

std::optional<csv_table> read_markdown(std::string_view text) {
    auto const lines = lines_of(text);
    if (!lines) return std::nullopt;
    csv_table rows;
    for (auto const line : *lines) {
        auto cells = markdown_cells(line);
        if (!cells) return std::nullopt;
        rows.push_back(std::move(*cells));
    }
    return rows;
}

std::optional<std::string> read_html(std::string_view html) {
    constexpr std::array<std::pair<std::string_view, char>, 5> entities{
        {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&#39;", '\''}}};
    std::string text;
    while (!html.empty()) {
        if (std::string_view("<>\"'").find(html.front()) != std::string_view::npos) return std::nullopt;
        auto const entity = std::find_if(entities.begin(), entities.end(),
                                         [&](auto const& each) { return html.starts_with(each.first); });
        if (html.front() == '&' && entity == entities.end()) return std::nullopt;
        text += html.front() == '&' ? entity->second : html.front();
        html.remove_prefix(html.front() == '&' ? entity->first.size() : 1);
    }
    return text;
}

boost::json::value read_json(std::string_view text) {
    boost::system::error_code failed;
    auto value = boost::json::parse(text, failed);
    require(!failed, "what is written as JSON is JSON");
    return value;
}

std::optional<std::string> read_base64(std::string_view text) {
    if (text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") !=
        std::string_view::npos)
        return std::nullopt;
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    auto* const bytes = reinterpret_cast<unsigned char*>(out.data());
    if (sodium_base642bin(bytes, out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return std::nullopt;
    out.resize(size);
    return out;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        auto const high = hex_digit(text[i + 1]);
        auto const low = hex_digit(text[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> read_form(std::string_view text) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!text.empty()) {
        auto const pair = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(pair.size() + 1, text.size()));
        auto const equals = pair.find('=');
        require(equals != std::string_view::npos, "a form has a value for every name");
        auto const name = percent_decoded(pair.substr(0, equals));
        auto const value = percent_decoded(pair.substr(equals + 1));
        require(name && value, "a form is percent-encoded");
        pairs.emplace_back(*name, *value);
    }
    return pairs;
}

}  // namespace poolwright::fuzz
