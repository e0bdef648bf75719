#include "cli/page_code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace poolwright::cli {
namespace {

// In bytes of HTML. As many letters as a command has room for on a screen of 360 px; a longer word may have
// to break somewhere.
constexpr std::size_t always_fits = 28;

std::string whole(std::string_view word) {
    return fmt::format("<span class=\"{}\">{}</span>", word.size() > always_fits ? "long word" : "word",
                       word);
}

// No line ends between these.
bool can_break(std::string_view word) {
    return std::ranges::any_of(word, [](char c) {
        return !std::isalnum(static_cast<unsigned char>(c)) &&
               std::string_view("._,:;&#").find(c) == std::string_view::npos;
    });
}

bool ends_a_phrase(char last) {
    return std::string_view(".,;:)").find(last) != std::string_view::npos;
}

std::string words_of(std::string_view text, bool is_code) {
    std::string out;
    bool is_value = false;
    while (!text.empty()) {
        auto const word = text.substr(0, text.find_first_of(" \n"));
        auto const is_option = word.find("--") != std::string_view::npos;
        auto const is_kept = (is_code || is_option || is_value) && can_break(word);
        out += is_kept ? whole(word) : std::string(word);
        is_value = is_option && !ends_a_phrase(word.back());
        text.remove_prefix(word.size());
        auto const blanks = text.substr(0, text.find_first_not_of(" \n"));
        out += blanks;
        text.remove_prefix(blanks.size());
    }
    return out;
}

}  // namespace

std::string with_whole_words(std::string_view html) {
    std::string out;
    bool is_code = false;
    while (!html.empty()) {
        auto const text = html.substr(0, html.find('<'));
        out += words_of(text, is_code);
        html.remove_prefix(text.size());
        if (html.empty()) break;
        auto const tag = html.substr(0, html.find('>') + 1);
        if (tag == "<code>") is_code = true;
        if (tag == "</code>") is_code = false;
        out += tag;
        html.remove_prefix(tag.size());
    }
    return out;
}

}  // namespace poolwright::cli
