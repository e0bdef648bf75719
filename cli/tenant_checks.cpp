#include "cli/tenant_checks.hpp"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::check;
using provisioner::check_outcome;
using provisioner::checkup;
using provisioner::checkup_end;
using provisioner::fleet_tenant;

provisioner::checkup_target target_of(fleet_tenant const& tenant) {
    provisioner::checkup_target target{.directory_id = tenant.directory_id,
                                       .services = tenant.services,
                                       .names = {},
                                       .to_create = provisioner::applications_to_create(tenant)};
    for (auto const& pool : tenant.pools) {
        for (auto const ordinal : pool.fresh) target.names.add(pool.name, ordinal, {});
        for (auto const& row : pool.known) {
            if (row.record.state != provisioner::slot_state::ready)
                target.names.add(pool.name, row.ordinal, row.record.intent);
        }
    }
    return target;
}

tenant_checks nobodys() {
    tenant_checks none;
    none.end = checkup_end::identity_refused;
    none.reason = "none of the identities given is meant for this tenant";
    for (std::size_t i = 0; i < provisioner::checks; ++i) {
        auto const what = static_cast<check>(i);
        bool const here = what == check::token;
        none.results.push_back({.what = what,
                                .result = here ? check_outcome::finding : check_outcome::not_checked,
                                .text = here ? none.reason : "no token",
                                .remedy = here ? "name the tenant in the file of identities" : "",
                                .url = {}});
    }
    return none;
}

// One tenant on its way through the identities.
struct candidate {
    std::size_t tenant = 0;
    throttle::caller_number asker = 0;
    std::vector<throttle::caller_number> refused = {};
    std::string refusals = {};  // what the others were told
};

class checking {
public:
    checking(provision_session& session, checks_to_do const& what)
        : session_(session), what_(what), roster_(what.identities), all_(what.tenants->size()) {}

    std::vector<tenant_checks> run() {
        auto open = choose();
        while (!open.empty() && !session_.interrupted()) open = ask(std::move(open));
        return std::move(all_);
    }

private:
    // Who enters which tenant, as a run decides it.
    std::vector<candidate> choose() {
        std::map<provisioner::guid, std::string> before;
        for (auto& row : what_.book->entered()) before[row.directory_id] = std::move(row.client_id);
        std::vector<provisioner::tenant_to_enter> to_enter;
        std::vector<candidate> open;
        for (std::size_t i = 0; i < what_.tenants->size(); ++i) {
            auto const& tenant = (*what_.tenants)[i];
            auto const work = slots_left(tenant);
            to_enter.push_back({.directory_id = tenant.directory_id,
                                .work = work,
                                .remembered = before[tenant.directory_id]});
            open.push_back({.tenant = i});
        }
        auto const chosen = roster_.assign(to_enter);
        std::vector<candidate> may;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!chosen[i]) {
                all_[open[i].tenant] = nobodys();
                continue;
            }
            open[i].asker = *chosen[i];
            may.push_back(std::move(open[i]));
        }
        return may;
    }

    // Gives those that another identity is to try.
    std::vector<candidate> ask(std::vector<candidate> open) {
        std::vector<std::unique_ptr<checkup>> checkups;
        survey_run run{.settings = what_.pace, .tenants = {}};
        for (auto const& each : open) {
            auto const& tenant = (*what_.tenants)[each.tenant];
            checkups.push_back(
                std::make_unique<checkup>(target_of(tenant), what_.wishes, roster_.of(each.asker)));
            run.tenants.push_back({.what = checkups.back().get(), .asker = each.asker, .size = tenant.size});
        }
        session_.ask(run);
        std::vector<candidate> again;
        for (std::size_t i = 0; i < open.size(); ++i) {
            if (!take(open[i], *checkups[i])) again.push_back(std::move(open[i]));
        }
        return again;
    }

    // False: the next identity is to be asked.
    bool take(candidate& one, checkup const& done) {
        auto& into = all_[one.tenant];
        auto const& tenant = (*what_.tenants)[one.tenant];
        auto const& who = roster_.of(one.asker).client_id;
        into = {.results = done.results(), .end = done.end(), .reason = done.reason(), .client_id = who};
        if (into.end != checkup_end::identity_refused) return true;
        if (roster_.size() > 1)
            into.reason = fmt::format("{}identity {}: {}", one.refusals, who, into.reason);
        one.refusals = into.reason + "; ";
        one.refused.push_back(one.asker);
        auto const next = roster_.fall_back(tenant.directory_id, one.refused, slots_left(tenant));
        if (next) one.asker = *next;
        return !next;
    }

    provision_session& session_;
    checks_to_do const& what_;
    provisioner::identity_roster roster_;
    std::vector<tenant_checks> all_;
};

}  // namespace

std::vector<tenant_checks> check_tenants(provision_session& session, checks_to_do const& what) {
    return checking(session, what).run();
}

provisioner::survey_settings pace_of_checks(access_settings const& access) {
    provisioner::survey_settings pace;
    pace.limits = access.limits;
    pace.concurrency = access.concurrency.value_or(pace.concurrency);
    pace.patience.step_deadline = std::chrono::minutes(1);
    return pace;
}

}  // namespace poolwright::cli
