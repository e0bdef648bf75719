#include "cli/live_counts.hpp"

#include "cli/access_settings.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/identity_start.hpp"
#include "cli/provision_keys.hpp"
#include "cli/provision_session.hpp"
#include "cli/provisioning_identities.hpp"
#include "cli/text.hpp"
#include "planner/tenant_csv.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace poolwright::cli {
namespace {

using provisioner::meaning;

// Asking is cheap for the service and quick: more in flight would gain seconds in a fleet of thousands.
constexpr int most_asked_at_once = 64;

live_counts read_tenants_to_count(planner::input_file& file, bool named_addresses,
                                  common_options const& common) {
    live_counts counts;
    auto const take = [&](planner::tenant_row const& row) -> std::optional<planner::cell_problem> {
        if (named_addresses && !row.cloud.empty()) {
            return planner::cell_problem{
                planner::tenant_column::cloud,
                "the row leads to a cloud, but --graph-url leads elsewhere: leave out one of them"};
        }
        counts.add(row.tenant_id, row.cloud, row.name,
                   row.mailboxes_given ? std::optional(row.mailboxes) : std::nullopt);
        return std::nullopt;
    };
    auto const findings =
        planner::read_tenants(file, {.file = file.name(), .pool = {}, .for_counting = true}, take);
    if (!findings.problems.empty()) throw failure(findings.problems);
    for (auto const& warning : findings.warnings) say_warning(warning.text(), common);
    return counts;
}

// The first that may enter the tenant.
std::optional<throttle::caller_number> who_asks(std::vector<identity_found> const& identities,
                                                std::string const& tenant_id) {
    for (std::size_t i = 0; i < identities.size(); ++i) {
        auto const& only = identities[i].tenants;
        if (!only || std::ranges::find(*only, tenant_id) != only->end())
            return static_cast<throttle::caller_number>(i);
    }
    return std::nullopt;
}

[[noreturn]] void refuse_interrupted() {
    throw failure(interrupted, "interrupted before all tenants were counted");
}

provisioner::counted_tenant question_about(live_count const& tenant, provisioner::cloud const& services) {
    auto const own = provisioner::find_cloud(tenant.cloud);
    auto const& there = own ? *own : services;
    return {.tenant_id = tenant.tenant_id,
            .services = there,
            .ask_for_report = provisioner::has_usage_reports(there)};
}

void ask_all(live_counts& counts, std::vector<identity_found> const& identities,
             access_settings const& access, provision_session& session) {
    std::vector<std::unique_ptr<provisioner::mailbox_inquiry>> inquiries;
    std::vector<live_count*> about;
    survey_run run{.settings = {.limits = access.limits,
                                .patience = {},
                                .concurrency = access.concurrency.value_or(most_asked_at_once)},
                   .tenants = {}};
    for (auto& each : counts.tenants()) {
        auto const asker = who_asks(identities, each.tenant_id);
        if (!asker) {
            each.found.failed = meaning::identity_refused;
            each.found.why = "none of the identities given is meant for this tenant";
            continue;
        }
        inquiries.push_back(std::make_unique<provisioner::mailbox_inquiry>(
            question_about(each, access.services), identities[*asker].identity));
        run.tenants.push_back({.what = inquiries.back().get(), .asker = *asker});
        about.push_back(&each);
    }
    session.ask(run);
    if (session.interrupted()) refuse_interrupted();
    for (std::size_t i = 0; i < about.size(); ++i) about[i]->found = inquiries[i]->found();
}

// The machine, with identities that can ask for tokens.
void count_in_tenants(live_counts& counts, std::vector<identity_found>& identities, access_options const& who,
                      access_settings& access, common_options const& common) {
    access.concurrency = fit_to_open_files(most_asked_at_once, access.limits, common);
    provision_session session(session_for(who, access, common, {}));
    auto const keys = paths_of_keys({}, {});
    identity_surroundings around{
        .services = access.services, .tenants = {}, .keys = keys, .may_ask = !common.no_input};
    for (auto const& each : counts.tenants()) around.tenants.push_back(each.tenant_id);
    start_identities(identities, around, session);
    if (session.interrupted()) refuse_interrupted();
    ask_all(counts, identities, access, session);
}

bool out_of_reach(live_count const& each) noexcept {
    auto const what = each.found.failed;
    return what == meaning::transient || what == meaning::untrusted || what == meaning::wait;
}

bool not_let_in(live_count const& each) noexcept {
    return each.found.failed == meaning::identity_refused || each.found.failed == meaning::token_refused;
}

std::string words_for(live_count const& each) {
    if (each.name.empty()) return visible(each.tenant_id);
    return fmt::format("{} ({})", visible(each.name), visible(each.tenant_id));
}

}  // namespace

void live_counts::add(std::string const& tenant_id, std::string const& cloud, std::string const& name,
                      std::optional<std::int64_t> before) {
    auto const [place, is_new] = places_.emplace(std::pair(tenant_id, cloud), tenants_.size());
    if (is_new) {
        tenants_.push_back(
            {.tenant_id = tenant_id, .cloud = cloud, .name = name, .before = before, .found = {}});
    } else if (!before) {
        tenants_[place->second].before.reset();
    }
}

std::optional<std::int64_t> live_counts::mailboxes_of(std::string const& tenant_id,
                                                      std::string const& cloud) const {
    auto const place = places_.find(std::pair(tenant_id, cloud));
    if (place == places_.end() || !tenants_[place->second].counted()) return std::nullopt;
    return tenants_[place->second].found.mailboxes;
}

bool live_counts::nothing_learnt() const noexcept {
    return !tenants_.empty() && std::none_of(tenants_.begin(), tenants_.end(),
                                             [](live_count const& each) { return each.counted(); });
}

exit_code live_counts::code() const noexcept {
    if (nothing_learnt()) {
        if (std::all_of(tenants_.begin(), tenants_.end(), out_of_reach)) return unreachable;
        return std::all_of(tenants_.begin(), tenants_.end(), not_let_in) ? refused : incomplete;
    }
    bool const all_known = std::all_of(tenants_.begin(), tenants_.end(), [](live_count const& each) {
        return each.counted() || each.before.has_value();
    });
    return all_known ? done : incomplete;
}

live_counts count_mailboxes(planner::input_file& file, access_options const& who,
                            common_options const& common) {
    auto access = read_access(who, environment("AZURE_AUTHORITY_HOST"));
    auto counts = read_tenants_to_count(file, access.named_addresses, common);
    auto identities = find_identities(who);
    if (identities.empty()) refuse_no_identity();
    tell_of_identities(identities, common);
    if (!counts.tenants().empty()) count_in_tenants(counts, identities, who, access, common);
    return counts;
}

void tell_of_uncounted(live_counts const& counts, std::string_view without, std::string const& hint,
                       common_options const& common) {
    constexpr std::size_t most_told = 20;
    std::size_t told = 0;
    std::size_t untold = 0;
    for (auto const& each : counts.tenants()) {
        if (each.counted()) continue;
        if (told == most_told) {
            ++untold;
            continue;
        }
        ++told;
        auto const what = each.before ? fmt::format("keeps its old number {}", planner::grouped(*each.before))
                                      : std::string(without);
        say_warning(fmt::format("{} could not be counted and {}: {}", words_for(each), what, each.found.why),
                    common);
    }
    if (untold > 0) say_warning(fmt::format("and {} more could not be counted", untold), common);
    if (counts.nothing_learnt()) throw failure(counts.code(), "no tenant could be counted", hint);
}

}  // namespace poolwright::cli
