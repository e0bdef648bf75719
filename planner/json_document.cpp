#include "planner/json_document.hpp"

#include "planner/json_syntax.hpp"
#include "planner/wording.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

problem placed(json_fault fault, std::string_view text, std::string_view file) {
    auto const before = text.substr(0, fault.offset);
    auto const lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
    auto const newline = before.rfind('\n');
    auto const column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
    return {std::string(file), lines + 1, column + 1, std::move(fault.message)};
}

bool is_of_schema(json::object const& document, std::string_view schema, std::string_view file,
                  problem_list& problems) {
    auto const* given = document.if_contains("schema");
    auto const* text = given ? given->if_string() : nullptr;
    if (text && std::string_view(*text) == schema) return true;
    auto const what =
        text ? fmt::format("the schema is {}", shown(*text)) : std::string("the schema is missing");
    problems.add(
        {std::string(file), 0, 0, fmt::format("{}: this must be a document of schema `{}`", what, schema)});
    return false;
}

}  // namespace

std::optional<json::object> parse_document(std::string_view text, std::string_view schema,
                                           std::string_view file, problem_list& problems) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    if (auto fault = find_json_fault(text)) {
        problems.add(placed(std::move(*fault), text, file));
        return std::nullopt;
    }
    auto value = json::parse(text);
    auto* object = value.if_object();
    if (!object) {
        problems.add(
            {std::string(file), 0, 0, fmt::format("this must be a JSON object of schema `{}`", schema)});
        return std::nullopt;
    }
    if (!is_of_schema(*object, schema, file, problems)) return std::nullopt;
    return std::move(*object);
}

object_reader::object_reader(json::object const& object, json_place where, std::string_view file,
                             problem_list& problems)
    : object_(object), where_(where), file_(file), problems_(problems) {}

void object_reader::refuse(std::string_view key, std::string_view message) {
    std::string path(where_.name);
    if (where_.index) path += fmt::format("[{}]", *where_.index);
    if (!key.empty()) path += fmt::format("{}{}", path.empty() ? "" : ".", key);
    problems_.add({std::string(file_), 0, 0,
                   path.empty() ? std::string(message) : fmt::format("{}: {}", path, message)});
}

json::value const* object_reader::member(std::string_view key) {
    auto const* found = object_.if_contains(key);
    if (!found) refuse(key, "is missing");
    return found;
}

std::string object_reader::text(std::string_view key, std::size_t most_bytes) {
    auto const* found = member(key);
    if (!found) return {};
    auto const* text = found->if_string();
    if (text && text->size() <= most_bytes) return std::string(*text);
    refuse(key, text ? fmt::format("is longer than {} bytes", most_bytes) : std::string("must be a text"));
    return {};
}

std::string object_reader::text(std::string_view key, bool (*good)(std::string_view), std::string_view rule) {
    auto const* found = member(key);
    if (!found) return {};
    auto const* text = found->if_string();
    if (text && good(*text)) return std::string(*text);
    refuse(key, text ? fmt::format("{}: {}", rule, shown(*text)) : std::string("must be a text"));
    return {};
}

std::int64_t object_reader::whole(std::string_view key, std::int64_t least, std::int64_t most) {
    auto const* found = member(key);
    if (!found) return least;
    auto const* number = found->if_int64();
    if (number && *number >= least && *number <= most) return *number;
    refuse(key, fmt::format("must be a whole number from {} to {}", least, most));
    return least;
}

std::optional<std::int64_t> object_reader::whole_or_null(std::string_view key, std::int64_t least,
                                                         std::int64_t most) {
    auto const* found = object_.if_contains(key);
    if (!found || found->is_null()) return std::nullopt;
    return whole(key, least, most);
}

bool object_reader::flag(std::string_view key) {
    auto const* found = member(key);
    auto const* value = found ? found->if_bool() : nullptr;
    if (found && !value) refuse(key, "must be true or false");
    return value && *value;
}

json::object const* object_reader::object(std::string_view key) {
    auto const* found = member(key);
    if (!found) return nullptr;
    if (!found->is_object()) refuse(key, "must be an object");
    return found->if_object();
}

json::array const* object_reader::array(std::string_view key) {
    auto const* found = member(key);
    if (!found) return nullptr;
    if (!found->is_array()) refuse(key, "must be an array");
    return found->if_array();
}

void object_reader::refuse_others(std::initializer_list<std::string_view> known) {
    for (auto const& [key, value] : object_) {
        if (std::find(known.begin(), known.end(), std::string_view(key)) != known.end()) continue;
        auto const near = nearest(key, {known.begin(), known.size()});
        auto const hint = near.empty() ? std::string() : fmt::format(", did you mean `{}`?", near);
        refuse("", fmt::format("unknown key {}{}", shown(key), hint));
    }
}

json::object const* object_at(json::array const& array, std::size_t index, std::string_view name,
                              std::string_view file, problem_list& problems) {
    auto const* one = array[index].if_object();
    if (!one) problems.add({std::string(file), 0, 0, fmt::format("{}[{}]: must be an object", name, index)});
    return one;
}

}  // namespace poolwright::planner
