#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdint>
#include <cwchar>
#include <iterator>
#include <locale.h>
#include <utility>

namespace poolwright::cli {

namespace {

// One character of a text; a byte that is not UTF-8 stands for itself.
struct character {
    char32_t value;
    std::size_t length;
    bool is_valid;
};

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xc0u) == 0x80u;
}

// The number of bytes that a first byte announces; 0 if it cannot be one.
std::size_t announced_length(unsigned char first) noexcept {
    if (first < 0x80) return 1;
    if (first < 0xc2) return 0;
    if (first < 0xe0) return 2;
    if (first < 0xf0) return 3;
    return first < 0xf5 ? 4 : 0;
}

// The first character of a text that is not empty.
character first_character(std::string_view text) noexcept {
    auto const first = static_cast<unsigned char>(text[0]);
    character const broken{first, 1, false};
    auto const length = announced_length(first);
    if (length == 1) return {first, 1, true};
    if (length == 0 || length > text.size()) return broken;
    auto value = static_cast<char32_t>(first & (0x7fu >> length));
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) return broken;
        value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
    }
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    bool const is_surrogate = value >= 0xd800 && value <= 0xdfff;
    if (value < least[length] || is_surrogate || value > 0x10ffff) return broken;
    return {value, length, true};
}

// Controls, line separators, bidirectional and invisible characters. The joiners U+200C and U+200D belong to
// the spelling of names.
constexpr std::array<std::pair<char32_t, char32_t>, 12> not_shown{{{0x00, 0x1f},
                                                                   {0x7f, 0x9f},
                                                                   {0xad, 0xad},
                                                                   {0x61c, 0x61c},
                                                                   {0x180e, 0x180e},
                                                                   {0x200b, 0x200b},
                                                                   {0x200e, 0x200f},
                                                                   {0x2028, 0x202e},
                                                                   {0x2060, 0x206f},
                                                                   {0xfeff, 0xfeff},
                                                                   {0xfff9, 0xfffb},
                                                                   {0xe0000, 0xe007f}}};

bool must_be_escaped(character const& c) noexcept {
    if (!c.is_valid) return true;
    return std::any_of(not_shown.begin(), not_shown.end(),
                       [&](auto const& range) { return c.value >= range.first && c.value <= range.second; });
}

void append_escape(std::string& out, character const& c) {
    auto const value = static_cast<std::uint32_t>(c.value);
    auto const to = std::back_inserter(out);
    if (c.value == '\n') {
        out += "\\n";
    } else if (c.value == '\r') {
        out += "\\r";
    } else if (c.value == '\t') {
        out += "\\t";
    } else if (value < 0x100) {
        fmt::format_to(to, "\\x{:02x}", value);
    } else if (value < 0x10000) {
        fmt::format_to(to, "\\u{:04x}", value);
    } else {
        fmt::format_to(to, "\\U{:08x}", value);
    }
}

std::string escaped(std::string_view text, bool keep_lines) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        auto const c = first_character(text);
        if (must_be_escaped(c) && !(keep_lines && c.value == '\n')) {
            append_escape(out, c);
        } else {
            out += text.substr(0, c.length);
        }
        text.remove_prefix(c.length);
    }
    return out;
}

// What wcwidth knows depends on the locale of the thread, and only a UTF-8 one knows more than ASCII.
class utf8_locale {
public:
    utf8_locale() : before_(::uselocale(shared())) {}
    utf8_locale(utf8_locale const&) = delete;
    utf8_locale& operator=(utf8_locale const&) = delete;
    ~utf8_locale() { ::uselocale(before_); }

private:
    // Null, which changes nothing, if the system has no such locale.
    static locale_t shared() {
        static locale_t const utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return utf8;
    }
    locale_t before_;
};

std::size_t width_of(character const& c) {
    if (c.value < 0x80) return 1;
    auto const width = ::wcwidth(static_cast<wchar_t>(c.value));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The bytes of the longest beginning that takes at most `width` columns.
std::size_t fitting(std::string_view text, std::size_t width) {
    utf8_locale const locale;
    std::size_t end = 0;
    while (end < text.size()) {
        auto const c = first_character(text.substr(end));
        auto const needed = width_of(c);
        if (needed > width) break;
        width -= needed;
        end += c.length;
    }
    return end;
}

}  // namespace

std::string visible(std::string_view text) {
    return escaped(text, false);
}

std::string visible_lines(std::string_view text) {
    return escaped(text, true);
}

std::size_t display_width(std::string_view text) {
    if (is_ascii(text)) return text.size();
    utf8_locale const locale;
    std::size_t width = 0;
    while (!text.empty()) {
        auto const c = first_character(text);
        width += width_of(c);
        text.remove_prefix(c.length);
    }
    return width;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    return std::string(text.substr(0, fitting(text, width - 1))) + "…";
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
    std::string out;
    std::size_t used = indent;
    while (!text.empty()) {
        auto const end = std::min(text.find(' '), text.size());
        auto const word = text.substr(0, end);
        auto const columns = display_width(word);
        if (used > indent && used + 1 + columns > width) {
            out += '\n' + std::string(indent, ' ');
            used = indent;
        } else if (used > indent) {
            out += ' ';
            ++used;
        }
        out += word;
        used += columns;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

}  // namespace poolwright::cli
