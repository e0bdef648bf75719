#include "planner/json_cursor.hpp"

namespace poolwright::planner {

namespace {

unsigned must_be_escaped(char c) noexcept {
    return static_cast<unsigned>(static_cast<unsigned char>(c) < 0x20) | static_cast<unsigned>(c == '"') |
           static_cast<unsigned>(c == '\\');
}

// Without a branch for each character, so that the compiler looks at many at once.
bool is_plain(std::string_view text) noexcept {
    unsigned odd = 0;
    for (char const c : text) odd |= must_be_escaped(c);
    return odd == 0;
}

}  // namespace

void json_cursor::value(std::string_view text) noexcept {
    put("\"");
    if (is_plain(text)) {
        put(text);
    } else {
        for (char const c : text) {
            if (must_be_escaped(c) != 0) {
                escape(c);
            } else {
                *at_++ = c;
            }
        }
    }
    put("\"");
}

void json_cursor::escape(char c) noexcept {
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    constexpr std::string_view hex = "0123456789abcdef";
    if (auto const at = named.find(c); at != std::string_view::npos) {
        put("\\");
        *at_++ = letters[at];
    } else {
        put("\\u00");
        *at_++ = hex[static_cast<unsigned char>(c) >> 4u];
        *at_++ = hex[static_cast<unsigned char>(c) & 0xfu];
    }
}

}  // namespace poolwright::planner
