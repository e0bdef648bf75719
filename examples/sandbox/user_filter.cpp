#include "examples/sandbox/user_filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace poolwright::sandbox {
namespace {

struct refused {
    filter_problem why;
};

// Reads and evaluates in one go, once for all plans of a user and inside of any(…) once per plan.
class evaluator {
public:
    evaluator(std::string_view text, user_group const& group) : rest_(text), group_(group) {}

    bool whole() {
        auto const result = alternatives(nullptr);
        skip_spaces();
        if (!rest_.empty()) syntax_error();
        return result;
    }

private:
    // `plan`: the one that the variable stands for; null outside of any(…).
    bool alternatives(assigned_plan const* plan) {
        auto result = conjunction(plan);
        while (take_word("or")) result = conjunction(plan) || result;
        return result;
    }

    bool conjunction(assigned_plan const* plan) {
        auto result = term(plan);
        while (take_word("and")) result = term(plan) && result;
        return result;
    }

    bool term(assigned_plan const* plan) {
        if (take("(")) {
            auto const result = alternatives(plan);
            need(")");
            return result;
        }
        return plan == nullptr ? any_plan() : comparison(*plan);
    }

    bool any_plan() {
        auto const property = word();
        if (property != "assignedPlans") unsupported(property);
        need("/any(");
        variable_ = word();
        need(":");
        auto const start = rest_;
        // Also where there is no plan to ask: the text must be read to its end.
        alternatives(&no_plan);
        auto const end = rest_;
        auto const found = std::ranges::any_of(group_.plans, [&](assigned_plan const& each) {
            rest_ = start;
            return alternatives(&each);
        });
        rest_ = end;
        need(")");
        return found;
    }

    bool comparison(assigned_plan const& plan) {
        if (word() != variable_) syntax_error();
        need("/");
        auto const property = word();
        if (!take_word("eq")) syntax_error();
        if (property == "servicePlanId") return parse_guid(value()) == plan.service_plan;
        if (property == "capabilityStatus") return value() == plan.status;
        if (property == "service") return value() == plan.service;
        unsupported("assignedPlans/" + std::string(property));
    }

    // A text in quotes, or a word.
    std::string_view value() {
        if (!take("'")) return word();
        auto const text = rest_.substr(0, rest_.find('\''));
        rest_.remove_prefix(text.size());
        need("'");
        return text;
    }

    std::string_view word() {
        skip_spaces();
        auto const end = std::ranges::find_if_not(
            rest_, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
        auto const text = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        if (text.empty()) syntax_error();
        rest_.remove_prefix(text.size());
        return text;
    }

    bool take_word(std::string_view expected) {
        auto const before = rest_;
        skip_spaces();
        if (rest_.empty() || rest_.front() == ')') return false;
        if (word() == expected) return true;
        rest_ = before;
        return false;
    }

    bool take(std::string_view expected) {
        skip_spaces();
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    void need(std::string_view expected) {
        if (!take(expected)) syntax_error();
    }

    void skip_spaces() { rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(' '))); }

    [[noreturn]] static void syntax_error() {
        throw refused{{"BadRequest", "Invalid filter clause: there is a syntax error."}};
    }
    [[noreturn]] static void unsupported(std::string_view property) {
        throw refused{
            {"Request_UnsupportedQuery",
             fmt::format("Unsupported or invalid query filter clause specified for property '{}' of "
                         "resource 'User'.",
                         property)}};
    }

    static constexpr assigned_plan no_plan{};
    std::string_view rest_;
    user_group const& group_;
    std::string_view variable_;
};

}  // namespace

boost::system::result<bool, filter_problem> holds_for(std::string_view filter, user_group const& group) {
    try {
        return evaluator(filter, group).whole();
    } catch (refused const& problem) {
        return problem.why;
    }
}

}  // namespace poolwright::sandbox
