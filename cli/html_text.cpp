#include "cli/html_text.hpp"

#include <boost/json/serialize.hpp>

namespace poolwright::cli {
namespace {

std::string_view entity_for(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return {};
    }
}

}  // namespace

std::string html_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (char const c : text) {
        auto const entity = entity_for(c);
        if (entity.empty()) {
            out += c;
        } else {
            out += entity;
        }
    }
    return out;
}

std::string html_sentence(std::string_view text) {
    std::string out;
    for (;;) {
        auto const begin = text.find('`');
        auto const end = begin == std::string_view::npos ? begin : text.find('`', begin + 1);
        if (end == std::string_view::npos) return out + html_text(text);
        out += html_text(text.substr(0, begin));
        out += "<code>" + html_text(text.substr(begin + 1, end - begin - 1)) + "</code>";
        text.remove_prefix(end + 1);
    }
}

void write_script_json(boost::json::value const& value, std::ostream& out) {
    for (char const c : boost::json::serialize(value)) {
        if (c == '<') {
            out << "\\u003c";
        } else {
            out << c;
        }
    }
}

}  // namespace poolwright::cli
