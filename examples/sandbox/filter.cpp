#include "examples/sandbox/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace poolwright::sandbox {
namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

// Thrown inside the parser only; parse_filter turns it into a value.
struct refused {
    filter_problem why;
};

class parser {
public:
    parser(std::string_view text, filterable const& of, bool advanced)
        : rest_(text), of_(of), advanced_(advanced) {}

    filter parse() {
        filter result;
        do {
            auto& all = result.alternatives.emplace_back();
            do {
                all.push_back(parse_condition());
            } while (take_word("and"));
        } while (take_word("or"));
        skip_spaces();
        if (!rest_.empty()) syntax_error();
        return result;
    }

private:
    [[noreturn]] void syntax_error() const {
        throw refused{{"BadRequest", fmt::format("Invalid filter clause: syntax error at '{}'.", rest_)}};
    }

    void skip_spaces() {
        while (rest_.starts_with(' ')) rest_.remove_prefix(1);
    }

    bool take(std::string_view token) {
        skip_spaces();
        if (!rest_.starts_with(token)) return false;
        rest_.remove_prefix(token.size());
        return true;
    }

    void need(std::string_view token) {
        if (!take(token)) syntax_error();
    }

    bool take_word(std::string_view word) {
        skip_spaces();
        if (!rest_.starts_with(word) || rest_.size() <= word.size() || rest_[word.size()] != ' ')
            return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    std::string take_name() {
        skip_spaces();
        auto const end =
            std::ranges::find_if_not(rest_, [](unsigned char c) { return std::isalnum(c) != 0; });
        std::string name(rest_.begin(), end);
        if (name.empty()) syntax_error();
        rest_.remove_prefix(name.size());
        return name;
    }

    // A quoted text, or anything without spaces and closing brackets (a date, true, null).
    std::string take_literal() {
        skip_spaces();
        std::string value;
        if (!take("'")) {
            auto const end = rest_.find_first_of(" ),");
            value = rest_.substr(0, end);
            rest_.remove_prefix(value.size());
            if (value.empty()) syntax_error();
            return value;
        }
        while (!rest_.empty()) {
            auto const c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '\'' && !rest_.starts_with('\'')) return value;
            if (c == '\'') rest_.remove_prefix(1);
            value += c;
        }
        throw refused{{"BadRequest", "Invalid filter clause: There is an unterminated string literal."}};
    }

    void check_property(std::string const& name) const {
        auto const ordinary = std::ranges::find(of_.ordinary, name) != of_.ordinary.end();
        auto const only_advanced = std::ranges::find(of_.advanced, name) != of_.advanced.end();
        if (ordinary || (only_advanced && advanced_)) return;
        throw refused{
            {"Request_UnsupportedQuery",
             fmt::format("Unsupported or invalid query filter clause specified for property '{}' of "
                         "resource '{}'.",
                         name, of_.resource)}};
    }

    void need_advanced(std::string_view operation) const {
        if (advanced_) return;
        throw refused{
            {"Request_UnsupportedQuery",
             fmt::format("Operator '{}' is not supported because the required parameters might be missing. "
                         "Try adding $count=true query parameter and ConsistencyLevel:eventual header. "
                         "Refer to https://aka.ms/graph-docs/advanced-queries for more information",
                         operation)}};
    }

    // "startsWith(name,'x')" behind the opening bracket; `variable` stands for the property in tags/any(t:…).
    condition parse_function(comparison how, std::string const& variable, std::string const& property) {
        auto name = take_name();
        if (name == variable) name = property;
        check_property(name);
        need(",");
        condition made{name, how, {take_literal()}};
        need(")");
        return made;
    }

    condition parse_operator(std::string const& name) {
        check_property(name);
        auto const word = take_name();
        if (word == "in") return parse_in(name);
        condition made{name, comparison::equal, {}};
        if (word == "ge") made.how = comparison::at_least;
        if (word == "le") made.how = comparison::at_most;
        if (word == "ne") made.how = comparison::not_equal;
        if (word == "ne") need_advanced("ne");
        if (word != "eq" && made.how == comparison::equal) syntax_error();
        made.values.push_back(take_literal());
        return made;
    }

    condition parse_in(std::string const& name) {
        condition made{name, comparison::equal, {}};
        need("(");
        do {
            made.values.push_back(take_literal());
        } while (take(","));
        need(")");
        return made;
    }

    // "tags/any(t:t eq 'x')" behind "tags/any(".
    condition parse_any(std::string const& property) {
        auto const variable = take_name();
        need(":");
        auto made = parse_condition(variable, property);
        need(")");
        return made;
    }

    condition parse_condition(std::string const& variable = {}, std::string const& property = {}) {
        auto const name = take_name();
        auto const function = lower(name);
        if (function == "not") need_advanced("not");
        if (function == "endswith") need_advanced("endsWith");
        if (function == "startswith" && take("(")) {
            return parse_function(comparison::starts_with, variable, property);
        }
        if (function == "endswith" && take("("))
            return parse_function(comparison::ends_with, variable, property);
        if (take("/any(")) return parse_any(name);
        return parse_operator(!variable.empty() && name == variable ? property : name);
    }

    std::string_view rest_;
    filterable const& of_;
    bool advanced_;
};

// The directory compares without regard to case.
bool compares(std::string const& actual, comparison how, std::string const& expected) {
    auto const a = lower(actual);
    auto const b = lower(expected);
    switch (how) {
        case comparison::equal:
            return a == b;
        case comparison::not_equal:
            return a != b;
        case comparison::at_least:
            return a >= b;
        case comparison::at_most:
            return a <= b;
        case comparison::starts_with:
            return a.starts_with(b);
        case comparison::ends_with:
            return a.ends_with(b);
    }
    return false;
}

bool holds_one(condition const& what, property_values const& values) {
    return std::ranges::any_of(values(what.property), [&](std::string const& actual) {
        return std::ranges::any_of(
            what.values, [&](std::string const& expected) { return compares(actual, what.how, expected); });
    });
}

}  // namespace

boost::system::result<filter, filter_problem> parse_filter(std::string_view text, filterable const& of,
                                                           bool advanced) {
    try {
        return parser(text, of, advanced).parse();
    } catch (refused const& problem) {
        return problem.why;
    }
}

bool holds(filter const& what, property_values const& values) {
    return std::ranges::any_of(what.alternatives, [&](auto const& all) {
        return std::ranges::all_of(all, [&](condition const& each) { return holds_one(each, values); });
    });
}

}  // namespace poolwright::sandbox
