#pragma once

#include "examples/sandbox/encoding.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// A request target taken apart: path segments, keys in parentheses, query options.

namespace poolwright::sandbox {

// One object of a collection: by its id (".../applications/<id>", no name) or by an alternate key
// (".../applications(uniqueName='x')").
struct key {
    std::string name;
    std::string value;
};

struct segment {
    std::string text;  // decoded; the value, for a key in parentheses
    std::string key_name;
    bool is_key = false;  // stood in parentheses
};

struct target {
    std::vector<segment> segments;
    fields query;
    std::vector<key> keys;  // what the route's {…} stand for, in order; filled by the router

    // The value of a query option ($select, with or without the dollar sign); null if it is not there.
    [[nodiscard]] std::string const* option(std::string_view name) const noexcept;
};

// Nothing if an escape is broken.
std::optional<target> parse_target(std::string_view text);

}  // namespace poolwright::sandbox
