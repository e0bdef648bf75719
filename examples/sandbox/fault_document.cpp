#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/faults.hpp"
#include "examples/sandbox/guid.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, fault_kind>, 6> effects{{
    {"status", fault_kind::status},
    {"status_after", fault_kind::status_after},
    {"reset_before", fault_kind::reset_before},
    {"reset_after", fault_kind::reset_after},
    {"truncate", fault_kind::truncate},
    {"delay", fault_kind::delay},
}};

constexpr std::array<std::pair<std::string_view, tenant_kind>, 6> kinds{{
    {"unknown", tenant_kind::unknown},
    {"no_consent", tenant_kind::no_consent},
    {"no_exchange", tenant_kind::no_exchange},
    {"quota", tenant_kind::quota},
    {"secrets_forbidden", tenant_kind::secrets_forbidden},
    {"lifetime_capped", tenant_kind::lifetime_capped},
}};

// Collects what is wrong; every reader returns a value to go on with, so that all problems are found at once.
class reader {
public:
    explicit reader(std::vector<std::string> const& routes) : routes_(routes) {}

    fault_plan read(json::value const& document);
    std::vector<std::string> problems;

private:
    void problem(std::string const& place, std::string const& text) {
        problems.push_back(place + ": " + text);
    }
    void check_keys(json::object const& object, std::string const& place,
                    std::initializer_list<std::string_view> known);
    std::string text(json::object const& object, std::string const& place, std::string_view key,
                     bool required);
    double number(json::object const& object, std::string const& place, std::string_view key, double low,
                  double high);
    template <class Table>
    auto choice(json::object const& object, std::string const& place, std::string_view key,
                Table const& table, typename Table::value_type::second_type otherwise);
    fault_rule read_rule(json::object const& rule, std::string const& place);
    fault read_effect(json::object const& rule, std::string const& place);
    void read_tenant(json::object const& tenant, std::string const& place, fault_plan& plan);
    template <class Each>
    void each_object(json::object const& document, std::string_view key, Each each);

    std::vector<std::string> const& routes_;
};

std::string at(std::string const& place, std::string_view key) {
    return fmt::format("{}.{}", place, key);
}

void reader::check_keys(json::object const& object, std::string const& place,
                        std::initializer_list<std::string_view> known) {
    for (auto const& [key, value] : object) {
        if (std::ranges::find(known, std::string_view(key)) == known.end()) {
            problem(at(place, key), "unknown key; known are " + fmt::format("{}", fmt::join(known, ", ")));
        }
    }
}

std::string reader::text(json::object const& object, std::string const& place, std::string_view key,
                         bool required) {
    auto const* const value = object.if_contains(key);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    if (value != nullptr || required) problem(at(place, key), "a text is needed");
    return {};
}

double reader::number(json::object const& object, std::string const& place, std::string_view key, double low,
                      double high) {
    auto const* const value = object.if_contains(key);
    if (value == nullptr) return 0;
    boost::system::error_code error;
    auto const read = value->is_number() ? value->to_number<double>(error) : low - 1;
    if (read >= low && read <= high) return read;
    problem(at(place, key), fmt::format("a number from {} to {} is needed", low, high));
    return 0;
}

template <class Table>
auto reader::choice(json::object const& object, std::string const& place, std::string_view key,
                    Table const& table, typename Table::value_type::second_type otherwise) {
    auto const name = text(object, place, key, true);
    auto const found = std::ranges::find(table, name, [](auto const& each) { return each.first; });
    if (found != table.end()) return found->second;
    std::string known;
    for (auto const& [each, value] : table) known += (known.empty() ? "" : ", ") + std::string(each);
    if (!name.empty()) problem(at(place, key), fmt::format("'{}' is not one of {}", name, known));
    return otherwise;
}

fault reader::read_effect(json::object const& rule, std::string const& place) {
    fault what;
    what.kind = choice(rule, place, "effect", effects, fault_kind::reset_before);
    auto const with_status = what.kind == fault_kind::status || what.kind == fault_kind::status_after;
    what.status = static_cast<int>(number(rule, place, "status", 400, 599));
    if (with_status && !rule.contains("status")) problem(at(place, "status"), "this effect needs a status");
    if (what.kind == fault_kind::delay && !rule.contains("delay_ms")) {
        problem(at(place, "delay_ms"), "this effect needs a delay");
    }
    what.delay =
        std::chrono::milliseconds(static_cast<std::int64_t>(number(rule, place, "delay_ms", 0, 3'600'000)));
    what.code = text(rule, place, "code", false);
    what.message = text(rule, place, "message", false);
    auto const* const wait = rule.if_contains("retry_after");
    if (wait != nullptr && wait->is_number()) {
        what.retry_after = fmt::format("{}", number(rule, place, "retry_after", 0, 86'400));
    } else {
        what.retry_after = text(rule, place, "retry_after", false);
    }
    return what;
}

fault_rule reader::read_rule(json::object const& rule, std::string const& place) {
    check_keys(
        rule, place,
        {"route", "nth", "probability", "effect", "status", "retry_after", "delay_ms", "code", "message"});
    fault_rule read;
    read.route = text(rule, place, "route", true);
    if (!read.route.empty() && read.route != "*" && std::ranges::find(routes_, read.route) == routes_.end()) {
        problem(at(place, "route"), fmt::format("'{}' is not a route; the routes are *, {}", read.route,
                                                fmt::join(routes_, ", ")));
    }
    if (rule.contains("nth") == rule.contains("probability")) {
        problem(place, "either nth or probability is needed");
    }
    read.nth = static_cast<std::uint64_t>(number(rule, place, "nth", 1, 1e15));
    read.probability = number(rule, place, "probability", 0, 1);
    read.what = read_effect(rule, place);
    return read;
}

void reader::read_tenant(json::object const& tenant, std::string const& place, fault_plan& plan) {
    check_keys(tenant, place, {"tenant_id", "kind"});
    auto id = text(tenant, place, "tenant_id", true);
    std::ranges::transform(id, id.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto const kind = choice(tenant, place, "kind", kinds, tenant_kind::ordinary);
    if (!plan.tenants.emplace(id, kind).second) problem(at(place, "tenant_id"), "named a second time");
}

template <class Each>
void reader::each_object(json::object const& document, std::string_view key, Each each) {
    auto const* const list = document.if_contains(key);
    if (list == nullptr) return;
    if (!list->is_array()) return problem(std::string(key), "a list is needed");
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
        auto const place = fmt::format("{}[{}]", key, i);
        auto const* const object = list->get_array()[i].if_object();
        if (object == nullptr) {
            problem(place, "an object is needed");
        } else {
            each(*object, place);
        }
    }
}

fault_plan reader::read(json::value const& document) {
    fault_plan plan;
    auto const* const object = document.if_object();
    if (object == nullptr) {
        problem("document", "an object is needed");
        return plan;
    }
    check_keys(*object, "document", {"schema", "rules", "tenants"});
    if (text(*object, "document", "schema", true) != "poolwright.faults/1") {
        problem("document.schema", "poolwright.faults/1 is needed");
    }
    each_object(*object, "rules",
                [&](auto const& rule, auto const& place) { plan.rules.push_back(read_rule(rule, place)); });
    each_object(*object, "tenants",
                [&](auto const& tenant, auto const& place) { read_tenant(tenant, place, plan); });
    return plan;
}

}  // namespace

boost::system::result<fault_plan, std::vector<std::string>> parse_faults(
    std::string_view json, std::vector<std::string> const& routes) {
    boost::system::error_code error;
    auto const document = json::parse(json, error);
    if (error) return std::vector<std::string>{"document: not JSON: " + error.message()};
    reader reading(routes);
    auto plan = reading.read(document);
    if (!reading.problems.empty()) return std::move(reading.problems);
    return plan;
}

}  // namespace poolwright::sandbox
