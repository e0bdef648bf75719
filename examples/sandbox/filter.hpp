#pragma once

#include <boost/system/result.hpp>

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The part of OData's $filter that Graph answers for applications and service principals. Parsed once per
// list, then asked for every object.

namespace poolwright::sandbox {

enum class comparison : std::uint8_t { equal, not_equal, at_least, at_most, starts_with, ends_with };

// One condition on one property; for a property of many values (tags) it holds if it holds for any of them.
struct condition {
    std::string property;
    comparison how = comparison::equal;
    std::vector<std::string> values;  // any of them
};

// True if every condition of at least one alternative holds.
struct filter {
    std::vector<std::vector<condition>> alternatives;
};

// The code and the text of the error that Graph answers.
struct filter_problem {
    filter_problem() = default;
    filter_problem(std::string code_, std::string message_)
        : code(std::move(code_)), message(std::move(message_)) {}

    std::string code;
    std::string message;
};

// What may be filtered on.
struct filterable {
    std::string_view resource;                   // in messages: "Application"
    std::span<std::string_view const> ordinary;  // properties that need nothing special
    std::span<std::string_view const> advanced;  // those that need ConsistencyLevel: eventual and $count=true
};

// `advanced`: the request carries ConsistencyLevel: eventual and $count=true.
boost::system::result<filter, filter_problem> parse_filter(std::string_view text, filterable const& of,
                                                           bool advanced);

// The values that an object has for a property.
using property_values = std::function<std::vector<std::string>(std::string_view property)>;

bool holds(filter const& what, property_values const& values);

}  // namespace poolwright::sandbox
