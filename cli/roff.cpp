#include "cli/roff.hpp"

#include <fmt/format.h>

#include <cstdint>

namespace poolwright::cli {

namespace {

// The character that begins there, in as many bytes as its first one says; our own texts are valid UTF-8.
std::size_t append_character(std::string& out, std::string_view text) {
    auto const first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        out += text.front();
        return 1;
    }
    std::size_t const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    std::uint32_t point = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i)
        point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3fu);
    out += fmt::format("\\[u{:04X}]", point);
    return length;
}

}  // namespace

std::string roff_escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        std::size_t length = 1;
        switch (text.front()) {
            case '\\':
                out += "\\e";
                break;
            case '-':
                out += "\\-";
                break;
            case '\'':
                out += "\\(aq";
                break;
            case '"':
                out += "\\(dq";
                break;
            case '~':
                out += "\\(ti";
                break;
            case '^':
                out += "\\(ha";
                break;
            default:
                length = append_character(out, text);
        }
        text.remove_prefix(length);
    }
    return out;
}

namespace {

// A dot at the beginning of a line would be a request.
std::string guarded(std::string const& line) {
    return line.starts_with('.') ? "\\&" + line : line;
}

}  // namespace

std::string roff_bold(std::string_view text) {
    return "\\fB" + roff_escaped(text) + "\\fR";
}

std::string roff_text(std::string_view text) {
    std::string out;
    bool is_code = false;
    while (true) {
        auto const tick = text.find('`');
        auto const part = text.substr(0, tick);
        out += is_code ? roff_bold(part) : roff_escaped(part);
        if (tick == std::string_view::npos) return guarded(out) + '\n';
        text.remove_prefix(tick + 1);
        is_code = !is_code;
    }
}

std::string roff_argument(std::string_view text) {
    return '"' + roff_escaped(text) + '"';
}

std::string roff_example(std::string_view lines) {
    std::string out = ".EX\n";
    while (!lines.empty()) {
        auto const end = lines.find('\n');
        out += guarded(roff_escaped(lines.substr(0, end))) + '\n';
        lines.remove_prefix(end + 1);
    }
    return out + ".EE\n";
}

}  // namespace poolwright::cli
