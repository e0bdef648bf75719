#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The first place where a text is not JSON, or gives one key of an object twice: Boost.JSON silently keeps
// the last, and a person who wrote both meant one of them. Called by parse_document before the text becomes a
// value.

namespace poolwright::planner {

struct json_fault {
    std::size_t offset;  // in bytes
    std::string message;
};

std::optional<json_fault> find_json_fault(std::string_view text);

}  // namespace poolwright::planner
