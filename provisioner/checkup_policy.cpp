#include "provisioner/checkup.hpp"
#include "provisioner/graph_request.hpp"

#include <fmt/format.h>

// What the app management policies of a tenant say to what the operator wants to make.

namespace poolwright::provisioner {
namespace {

constexpr std::string_view of_all = "the tenant's app management policy";
constexpr std::string_view of_some = "an app management policy of single applications";

}  // namespace

void checkup::absorb_default_policy(round_trip_result const& result, judgement const& judged,
                                    std::chrono::system_clock::time_point now) {
    auto const rules =
        judged.what == meaning::done ? read_default_policy(*result, now) : std::optional<credential_rules>();
    if (!rules) {
        add(check::policy, check_outcome::not_checked,
            judged.what == meaning::done ? garbled(step::read_policies).why : judged.why);
        return go_to(stage::quota);
    }
    rules_ = rules;
    go_to(stage::app_policies);
}

void checkup::absorb_app_policies(round_trip_result const& result, judgement const& judged,
                                  std::chrono::system_clock::time_point now) {
    constexpr std::size_t most_pages = 100;
    auto const page =
        judged.what == meaning::done ? read_policy_page(*result, now) : std::optional<policy_page>();
    if (page) {
        app_rules_.add(page->rules);
        if (is_next_page(access_.services.graph, page->next) && ++pages_ < most_pages) {
            page_ = page->next;
            return;
        }
    }
    judge_policy();
    if (!page)
        add(check::policy, check_outcome::not_checked,
            fmt::format("{}: {}", of_some,
                        judged.what == meaning::done ? garbled(step::read_policies).why : judged.why));
    go_to(stage::quota);
}

// Where nothing is to be created, only a later run is concerned. Which applications a policy of single ones
// is for is not known before they exist.
void checkup::judge_policy() {
    auto const gravity = target_.to_create > 0 ? check_outcome::finding : check_outcome::warning;
    auto const before = found_.size();
    judge_secrets(*rules_, gravity, of_all);
    if (found_.size() == before) judge_secrets(app_rules_, check_outcome::warning, of_some);
    if (found_.size() > before) return;
    add(check::policy, check_outcome::ok,
        rules_->restrict_nothing() ? "restricts no credentials" : "allows what is wished");
}

void checkup::judge_secrets(credential_rules const& rules, check_outcome gravity, std::string_view whose) {
    if (wishes_.credential == credential_kind::certificate)
        return judge_lifetime(rules.longest_certificate, gravity, whose);
    if (!rules.secrets_forbidden) return judge_lifetime(rules.longest_secret, gravity, whose);
    if (wishes_.credential == credential_kind::automatic)
        return judge_lifetime(rules.longest_certificate, gravity, whose);
    add(check::policy, gravity, fmt::format("{} forbids client secrets", whose),
        "give the apps certificates (--credential auto), or exempt the provisioning application from the "
        "policy");
}

void checkup::judge_lifetime(std::optional<std::chrono::days> longest, check_outcome gravity,
                             std::string_view whose) {
    if (!longest || !wishes_.lifetime || *wishes_.lifetime <= *longest) return;
    add(check::policy, gravity,
        fmt::format("{} lets credentials live {} days at most, not {}", whose, longest->count(),
                    wishes_.lifetime->count()),
        fmt::format("use --lifetime {}, or --lifetime max for as long as each tenant allows",
                    longest->count()));
}

}  // namespace poolwright::provisioner
