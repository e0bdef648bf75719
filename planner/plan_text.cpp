#include "planner/plan_text.hpp"

#include "planner/json_cursor.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <cstddef>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

void append_number(std::string& out, std::int64_t number) {
    fmt::format_int const digits(number);
    out.append(digits.data(), digits.size());
}

// `,"key":` or, after an opening brace, `"key":`.
void append_key(std::string& out, std::string_view key) {
    if (out.back() != '{') out += ',';
    out += '"';
    out += key;
    out += "\":";
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
    append_key(out, key);
    append_string(out, text);
}

void append_member(std::string& out, std::string_view key, std::int64_t number) {
    append_key(out, key);
    append_number(out, number);
}

// For the rule and the profile, which stand in a plan once. Not Boost.JSON's serializer: how it escapes is
// its own affair, and the canonical form must not change with a version of a library.
void append_value(std::string& out, json::value const& value) {
    if (auto const* text = value.if_string()) {
        append_string(out, *text);
    } else if (auto const* number = value.if_int64()) {
        append_number(out, *number);
    } else if (auto const* array = value.if_array()) {
        out += '[';
        for (auto const& one : *array) {
            if (out.back() != '[') out += ',';
            append_value(out, one);
        }
        out += ']';
    } else if (auto const* object = value.if_object()) {
        out += '{';
        for (auto const& [key, one] : *object) {
            append_key(out, key);
            append_value(out, one);
        }
        out += '}';
    } else {
        out += "null";
    }
}

// No row needs more.
std::size_t room_for(planned_pool const& row) noexcept {
    constexpr std::size_t keys_and_quotes = 256;
    constexpr std::size_t numbers = 6 * json_cursor::most_for_number;
    auto const texts = row.tenant_id.size() + row.name.size() + row.workload.size() + row.pool.size() +
                       row.rule.size() + row.redirect_uri.size() + row.cloud.size() + row.reason.size();
    return texts * json_cursor::most_for_byte + keys_and_quotes + numbers;
}

// Gives back the room that was not needed.
void cut(std::string& out, json_cursor const& json) {
    out.resize(static_cast<std::size_t>(json.end() - out.data()));
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
    auto const begin = out.size();
    out.resize(begin + text.size() * json_cursor::most_for_byte + 2);
    json_cursor json(out.data() + begin);
    json.value(text);
    cut(out, json);
}

void append_header(std::string& out, plan_header const& header, plan_form form) {
    append_key(out, "rule");
    append_value(out, to_json(header.rule));
    append_member(out, "growth_percent", header.growth_percent);
    append_member(out, "pool", header.pool);
    append_key(out, "profile");
    append_value(out, to_json(header.profile));
    if (form == plan_form::canonical || !header.based_on) return;
    append_key(out, "based_on");
    out += '{';
    append_member(out, "ledger_id", header.based_on->ledger_id);
    append_member(out, "plan_number", header.based_on->plan_number);
    out += '}';
}

void append_row(std::string& out, planned_pool const& row, plan_form form) {
    auto const begin = out.size();
    out.resize(begin + room_for(row));
    json_cursor json(out.data() + begin);
    json.put("{\"tenant_id\":");
    json.value(row.tenant_id);
    json.member("name", row.name);
    json.member("workload", row.workload);
    json.member("pool", row.pool);
    json.member("rule", row.rule);
    json.member("redirect_uri", row.redirect_uri);
    json.member("cloud", row.cloud);
    json.member("mailboxes", row.mailboxes);
    json.member("apps", row.apps);
    if (form == plan_form::full) {
        json.member("existing", row.existing);
        json.member("to_create", row.to_create);
        json.member("surplus", row.surplus);
    }
    json.member("reason", row.reason);
    if (row.next_app_at) {
        json.member("next_app_at", *row.next_app_at);
        json.put("}");
    } else {
        json.put(",\"next_app_at\":null}");
    }
    cut(out, json);
}

void append_totals(std::string& out, plan_totals const& totals, plan_form form) {
    out += '{';
    append_member(out, "tenants", totals.tenants);
    append_member(out, "mailboxes", totals.mailboxes);
    append_member(out, "apps", totals.apps);
    if (form == plan_form::full) {
        append_member(out, "existing", totals.existing);
        append_member(out, "to_create", totals.to_create);
        append_member(out, "surplus", totals.surplus);
    }
    out += '}';
}

}  // namespace poolwright::planner
