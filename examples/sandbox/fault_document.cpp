#include "examples/sandbox/faults.hpp"
#include "examples/sandbox/tenant_document.hpp"

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

class reader : public document_reader {
public:
    explicit reader(std::vector<std::string> const& routes) : routes_(routes) {}

    fault_plan read(json::value const& document);

private:
    void check_keys(json::object const& object, std::string const& place,
                    std::initializer_list<std::string_view> known) {
        document_reader::check_keys(object, place, std::span(known.begin(), known.size()));
    }
    fault_rule read_rule(json::object const& rule, std::string const& place);
    fault read_effect(json::object const& rule, std::string const& place);
    void read_tenant(json::object const& tenant, std::string const& place, fault_plan& plan);
    template <class Each>
    void each_object(json::object const& document, std::string_view key, Each each);

    std::vector<std::string> const& routes_;
};

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
    auto id = text(tenant, place, "tenant_id", true);
    std::ranges::transform(id, id.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto what = read_tenant_fault(*this, tenant, place);
    if (!plan.tenants.emplace(id, std::move(what)).second)
        problem(at(place, "tenant_id"), "named a second time");
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
