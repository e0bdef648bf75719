#include "planner/plan_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <iterator>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

bool must_be_escaped(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

void append_escape(std::string& out, char c) {
    constexpr std::string_view named = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    if (auto const at = named.find(c); at != std::string_view::npos) {
        out += '\\';
        out += letters[at];
    } else {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
}

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

}  // namespace

void append_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!must_be_escaped(text[i])) continue;
        out.append(text, begin, i - begin);
        append_escape(out, text[i]);
        begin = i + 1;
    }
    out.append(text, begin, text.size() - begin);
    out += '"';
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
    out += '{';
    append_member(out, "tenant_id", row.tenant_id);
    append_member(out, "name", row.name);
    append_member(out, "workload", row.workload);
    append_member(out, "pool", row.pool);
    append_member(out, "rule", row.rule);
    append_member(out, "redirect_uri", row.redirect_uri);
    append_member(out, "cloud", row.cloud);
    append_member(out, "mailboxes", row.mailboxes);
    append_member(out, "apps", row.apps);
    if (form == plan_form::full) {
        append_member(out, "existing", row.existing);
        append_member(out, "to_create", row.to_create);
        append_member(out, "surplus", row.surplus);
    }
    append_member(out, "reason", row.reason);
    append_key(out, "next_app_at");
    if (row.next_app_at) {
        append_number(out, *row.next_app_at);
    } else {
        out += "null";
    }
    out += '}';
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
