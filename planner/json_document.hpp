#pragma once

#include "planner/problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// Reads the JSON documents that people write or keep (rules, profiles, plans) and says everything that is
// wrong with one. Used by the parsers of this folder and by that of the identities to provision with.

namespace poolwright::planner {

// The value of a document that is an object of that schema. A syntax error, a key that stands twice in one
// object and another schema are problems, the first two with their line and column. A byte order mark is
// skipped.
std::optional<boost::json::object> parse_document(std::string_view json, std::string_view schema,
                                                  std::string_view file, problem_list& problems);

// Where an object stands in its document, for messages: "resources[2]". The document itself has an empty
// name.
struct json_place {
    std::string_view name;
    std::optional<std::size_t> index;
};

// Reads the members of one object. Each function adds a problem that names the key if the member is missing,
// of another type or out of range, and then returns an empty value.
class object_reader {
public:
    object_reader(boost::json::object const& object, json_place where, std::string_view file,
                  problem_list& problems);

    std::string text(std::string_view key, std::size_t most_bytes);
    // The same for a text that must pass a test; `rule` says what it must be ("must be a date as
    // 2026-01-31").
    std::string text(std::string_view key, bool (*good)(std::string_view), std::string_view rule);
    std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most);
    // The same for a member that may be null or left out.
    std::optional<std::int64_t> whole_or_null(std::string_view key, std::int64_t least, std::int64_t most);
    bool flag(std::string_view key);
    boost::json::object const* object(std::string_view key);
    boost::json::array const* array(std::string_view key);
    [[nodiscard]] bool has(std::string_view key) const { return object_.contains(key); }

    // Adds a problem for every member that is none of `known`.
    void refuse_others(std::initializer_list<std::string_view> known);
    // Adds a problem with the member of that key; an empty key means the whole object.
    void refuse(std::string_view key, std::string_view message);

private:
    boost::json::value const* member(std::string_view key);

    boost::json::object const& object_;
    json_place where_;
    std::string_view file_;
    problem_list& problems_;
};

// The element of an array if it is an object; else null, after adding a problem. `name` is the array's.
boost::json::object const* object_at(boost::json::array const& array, std::size_t index,
                                     std::string_view name, std::string_view file, problem_list& problems);

}  // namespace poolwright::planner
