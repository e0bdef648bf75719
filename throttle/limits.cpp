#include "throttle/limits.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <optional>
#include <utility>

namespace poolwright::throttle {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::int64_t largest_limit = 1'000'000'000;
constexpr nanoseconds shortest_window = 1ms;
constexpr nanoseconds longest_window = 24h;
constexpr std::string_view schema_name = "poolwright.limits/1";

// A value as it may stand in a sentence: itself if it is short, else only its kind.
std::string shown(json::value const& value) {
    if (value.is_object()) return "an object";
    if (value.is_array()) return "an array";
    std::string text = json::serialize(value);
    if (text.size() > 40) return fmt::format("{} characters of text", text.size());
    return text;
}

// A key as it may stand in the path to a problem: in quotes and escaped if it is an odd one, so that none
// looks like a line of its own.
std::string key_text(std::string_view key) {
    auto const fine = [](char c) { return c > ' ' && c < '\x7f' && c != '"'; };
    bool const plain = !key.empty() && key.size() <= 40 && std::ranges::all_of(key, fine);
    return plain ? std::string(key) : shown(json::value(key));
}

bool all_digits(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t number_of(std::string_view digits) noexcept {
    std::int64_t value = 0;
    for (char c : digits) value = value * 10 + (c - '0');
    return value;
}

// The unit at the end of a window, taken away from the text.
std::optional<nanoseconds> take_unit(std::string_view& text) noexcept {
    static constexpr std::pair<std::string_view, nanoseconds> units[] = {{"ms", 1ms}, {"s", 1s}, {"m", 1min}};
    for (auto const& [suffix, unit] : units) {
        if (!text.ends_with(suffix)) continue;
        text.remove_suffix(suffix.size());
        return unit;
    }
    return std::nullopt;
}

// A window such as "300s", "1.5s", "500ms" or "5m"; nothing if it is not one, or not between a millisecond
// and a day. With at most 8 digits before and 9 after the point no product below leaves 63 bits.
std::optional<nanoseconds> parse_window(std::string_view text) noexcept {
    auto const unit = take_unit(text);
    if (!unit) return std::nullopt;
    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    auto const fraction = point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
    if (whole.empty() || whole.size() > 8 || fraction.empty() || fraction.size() > 9) return std::nullopt;
    if (!all_digits(whole) || !all_digits(fraction)) return std::nullopt;
    auto billionths = number_of(fraction);
    for (auto i = fraction.size(); i < 9; ++i) billionths *= 10;
    auto const window = number_of(whole) * *unit + nanoseconds(billionths * (*unit / 1us) / 1'000'000);
    if (window < shortest_window || window > longest_window) return std::nullopt;
    return window;
}

// Walks the document and collects every problem with the path that leads to it.
class reader {
public:
    std::vector<std::string> problems;

    void document(json::value const& root, limits& into) {
        bool has_schema = false;
        members(root, "",
                {{"schema", [&](auto const& v, auto const& path) { has_schema = true, schema(v, path); }},
                 {"application", [&](auto const& v, auto const& path) { application(v, path, into); }},
                 {"tenant", [&](auto const& v, auto const& path) { tenant(v, path, into); }},
                 {"application_tenant",
                  [&](auto const& v, auto const& path) { application_tenant(v, path, into); }}});
        if (root.is_object() && !has_schema) {
            problem("schema", fmt::format("is missing; write \"{}\"", schema_name));
        }
    }

private:
    using visit = std::function<void(json::value const&, std::string const&)>;
    struct member {
        std::string_view key;
        visit read;
    };

    void problem(std::string_view path, std::string_view what) {
        problems.push_back(fmt::format("{}: {}", path.empty() ? "document" : path, what));
    }

    void members(json::value const& value, std::string const& path, std::initializer_list<member> known) {
        if (!value.is_object()) return problem(path, fmt::format("must be an object, not {}", shown(value)));
        for (auto const& [key, child] : value.get_object()) {
            std::string_view const name(key.data(), key.size());
            auto const child_path =
                path.empty() ? key_text(name) : fmt::format("{}.{}", path, key_text(name));
            auto const* const found = std::ranges::find(known, name, &member::key);
            if (found == known.end()) {
                problem(child_path, "unknown key; known here: " + names(known));
            } else {
                found->read(child, child_path);
            }
        }
    }

    static std::string names(std::initializer_list<member> known) {
        std::string text;
        for (auto const& each : known) text += fmt::format("{}{}", text.empty() ? "" : ", ", each.key);
        return text;
    }

    void schema(json::value const& value, std::string const& path) {
        auto const* const text = value.if_string();
        if (text == nullptr || std::string_view(text->data(), text->size()) != schema_name) {
            problem(path, fmt::format("must be \"{}\", not {}", schema_name, shown(value)));
        }
    }

    // Reads a quota into `into`.
    visit quota_into(quota& into) {
        return [this, &into](auto const& value, auto const& path) {
            members(value, path,
                    {{"limit", [&](auto const& v, auto const& p) { limit(v, p, into.limit); }},
                     {"window", [&](auto const& v, auto const& p) { window(v, p, into.window); }},
                     {"shape", [&](auto const& v, auto const& p) { shape(v, p, into.shape); }}});
        };
    }

    void limit(json::value const& value, std::string const& path, std::int64_t& into) {
        auto const* const number = value.if_int64();
        if (number == nullptr || *number < 1 || *number > largest_limit) {
            return problem(path, fmt::format("must be a whole number from 1 to {}, not {}", largest_limit,
                                             shown(value)));
        }
        into = *number;
    }

    void window(json::value const& value, std::string const& path, nanoseconds& into) {
        auto const* const text = value.if_string();
        auto const parsed = text == nullptr ? std::nullopt : parse_window({text->data(), text->size()});
        if (!parsed) {
            return problem(path,
                           fmt::format("must be a duration from \"1ms\" to \"1440m\", such as \"300s\", "
                                       "\"1.5s\", \"500ms\" or \"5m\", not {}",
                                       shown(value)));
        }
        into = *parsed;
    }

    void shape(json::value const& value, std::string const& path, quota_shape& into) {
        static constexpr std::pair<std::string_view, quota_shape> shapes[] = {
            {"bucket", quota_shape::bucket},
            {"sliding", quota_shape::sliding},
            {"fixed", quota_shape::fixed}};
        auto const* const text = value.if_string();
        for (auto const& [name, each] : shapes) {
            if (text == nullptr || std::string_view(text->data(), text->size()) != name) continue;
            into = each;
            return;
        }
        problem(path, fmt::format("must be \"bucket\", \"sliding\" or \"fixed\", not {}", shown(value)));
    }

    void application(json::value const& value, std::string const& path, limits& into) {
        members(value, path,
                {{"writes", quota_into(into.application_writes)},
                 {"resource_units", quota_into(into.application_resource_units)}});
    }

    void tenant(json::value const& value, std::string const& path, limits& into) {
        members(value, path, {{"writes", quota_into(into.tenant_writes)}});
    }

    void application_tenant(json::value const& value, std::string const& path, limits& into) {
        auto& [small, medium, large] = into.application_tenant_resource_units;
        auto const sizes = [&](auto const& v, auto const& p) {
            members(v, p, {{"S", quota_into(small)}, {"M", quota_into(medium)}, {"L", quota_into(large)}});
        };
        members(value, path,
                {{"writes", quota_into(into.application_tenant_writes)}, {"resource_units", sizes}});
    }
};

// "line 3, column 9: what", the place being that of the byte at `offset`.
std::string at_offset(std::string_view text, std::size_t offset, std::string_view what) {
    auto const before = text.substr(0, offset);
    auto const line = 1 + std::ranges::count(before, '\n');
    auto const last_break = before.rfind('\n');
    auto const column = last_break == std::string_view::npos ? offset + 1 : offset - last_break;
    return fmt::format("line {}, column {}: {}", line, column, what);
}

using json_result = boost::system::result<json::value, std::string>;

// The value of the whole text, or the one sentence about the place where it stops being JSON.
json_result parse_json(std::string_view text) {
    auto const fault = [&](std::size_t offset, std::string_view what) {
        return json_result(boost::system::in_place_error, at_offset(text, offset, what));
    };
    json::stream_parser parser;
    json::error_code failure;
    auto const consumed = parser.write_some(text.data(), text.size(), failure);
    if (failure) return fault(consumed, fmt::format("not JSON: {}", failure.message()));
    if (consumed < text.size()) return fault(consumed, "not JSON: text after the end of the document");
    parser.finish(failure);
    if (failure) return fault(text.size(), "not JSON: the text ends too early");
    return parser.release();
}

}  // namespace

tenant_size tenant_size_for(std::int64_t mailboxes) noexcept {
    if (mailboxes < 50) return tenant_size::S;
    return mailboxes <= 500 ? tenant_size::M : tenant_size::L;
}

std::chrono::nanoseconds longest_window(limits const& what) {
    auto longest = std::max({what.application_writes.window, what.application_resource_units.window,
                             what.tenant_writes.window, what.application_tenant_writes.window});
    for (auto const& each : what.application_tenant_resource_units) longest = std::max(longest, each.window);
    return longest;
}

limits published_limits() {
    return {.application_writes = {.limit = 35'000, .window = 300s},
            .application_resource_units = {.limit = 150'000, .window = 20s},
            .tenant_writes = {.limit = 18'000, .window = 300s},
            .application_tenant_writes = {.limit = 3'000, .window = 150s},
            .application_tenant_resource_units = {{{.limit = 3'500, .window = 10s},
                                                   {.limit = 5'000, .window = 10s},
                                                   {.limit = 8'000, .window = 10s}}}};
}

boost::system::result<limits, std::vector<std::string>> parse_limits(std::string_view text) {
    auto const root = parse_json(text);
    if (root.has_error()) return std::vector{root.error()};
    auto found = published_limits();
    reader walk;
    walk.document(*root, found);
    if (!walk.problems.empty()) return std::move(walk.problems);
    return found;
}

}  // namespace poolwright::throttle
