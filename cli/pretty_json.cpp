#include "cli/pretty_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cmath>
#include <string>

namespace poolwright::cli {

namespace json = boost::json;

namespace {

void print(json::value const& value, std::string const& indent, std::ostream& out);

void print(json::array const& array, std::string const& indent, std::ostream& out) {
    auto const inner = indent + "  ";
    char separator = '[';
    for (auto const& element : array) {
        out << separator << '\n' << inner;
        print(element, inner, out);
        separator = ',';
    }
    out << '\n' << indent << ']';
}

void print(json::object const& object, std::string const& indent, std::ostream& out) {
    auto const inner = indent + "  ";
    char separator = '{';
    for (auto const& [key, value] : object) {
        out << separator << '\n' << inner;
        write_json_string(key, out);
        out << ": ";
        print(value, inner, out);
        separator = ',';
    }
    out << '\n' << indent << '}';
}

void print(json::value const& value, std::string const& indent, std::ostream& out) {
    if (value.is_array() && !value.get_array().empty()) {
        print(value.get_array(), indent, out);
    } else if (value.is_object() && !value.get_object().empty()) {
        print(value.get_object(), indent, out);
    } else if (auto const* const number = value.if_double(); number != nullptr && std::isfinite(*number)) {
        out << fmt::format("{}", *number);  // 13.3, where Boost writes 1.33E1
    } else {
        out << json::serialize(value);
    }
}

void write_escape(char c, std::ostream& out) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    if (auto const at = named.find(c); at != std::string_view::npos) {
        out << '\\' << letters[at];
    } else {
        out << fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    }
}

}  // namespace

void print_json(json::value const& document, std::ostream& out) {
    print(document, "", out);
    out << '\n';
}

void write_json_string(std::string_view text, std::ostream& out) {
    out << '"';
    for (char const c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\') {
            write_escape(c, out);
        } else {
            out << c;
        }
    }
    out << '"';
}

}  // namespace poolwright::cli
