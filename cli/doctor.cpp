#include "cli/doctor.hpp"

#include "cli/access_settings.hpp"
#include "cli/advice.hpp"
#include "cli/credential_options.hpp"
#include "cli/diagnostics.hpp"
#include "cli/doctor_report.hpp"
#include "cli/doctor_view.hpp"
#include "cli/identity_start.hpp"
#include "cli/ledger_access.hpp"
#include "cli/pretty_json.hpp"
#include "cli/provision_rows.hpp"
#include "cli/provisioning_identities.hpp"
#include "provisioner/roster.hpp"

#include <chrono>
#include <utility>

namespace poolwright::cli {
namespace {

// The pools as the ledger numbers them; those that it does not know get numbers that it never gives.
std::vector<provisioner::pool_id> ids_of(std::vector<provisioner::resolved_pool> const& pools,
                                         provisioner::ledger_reader const& book) {
    std::map<std::pair<provisioner::guid, std::string>, provisioner::pool_id> known;
    for (auto const& row : book.pools()) known[{row.directory_id, row.pool}] = row.id;
    std::vector<provisioner::pool_id> ids;
    provisioner::pool_id unused = 0;
    for (auto const& each : pools) {
        auto const found = known.find({each.directory_id, each.planned->pool});
        ids.push_back(found == known.end() ? --unused : found->second);
    }
    return ids;
}

// An empty one in memory where there is none yet.
std::unique_ptr<provisioner::ledger_reader> ledger_or_nothing(common_options const& common) {
    auto book = open_ledger_if_any(common);
    if (book) return book;
    provisioner::ledger_location const nowhere{.file = {}, .memory_name = "doctor"};
    return provisioner::make_ledger(nowhere, provisioner::commit_at_once);
}

provisioner::checkup_wishes wishes_of(doctor_options const& options,
                                      planner::permission_profile const& profile) {
    return {.profile = profile,
            .credential = credential_of(options.credential),
            .lifetime = lifetime_of(options.lifetime),
            .adopt = options.adopt,
            .restore_deleted = options.restore_deleted};
}

// What the rows of the plan are about, asked.
class examination {
public:
    examination(doctor_options const& options, common_options const& common)
        : options_(options),
          common_(common),
          access_(read_access(options.access, environment("AZURE_AUTHORITY_HOST"))),
          input_(read_plan_input(options.file, options.sizing, common)),
          rows_(chosen_rows(input_.plan, options.access.only)) {
        check_rows(rows_, input_.plan.header.profile, access_.named_addresses, options.file);
    }

    doctor_report run() {
        auto identities = find_identities(options_.access);
        if (identities.empty()) refuse_no_identity();
        tell_of_identities(identities, common_);
        doctor_report report{.identity = explain_identities(identities, options_.access),
                             .advice = profile_advice(input_.plan.header.profile).value_or(""),
                             .tenants = {}};
        access_.concurrency = fit_to_open_files(access_.concurrency, access_.limits, common_);
        provision_session session(session_for(options_.access, access_, common_, {}));
        auto const keys = paths_of_keys({}, {});
        identity_surroundings const around{.services = access_.services,
                                           .tenants = tenants_of(rows_),
                                           .keys = keys,
                                           .may_ask = !common_.no_input};
        start_identities(identities, around, session);
        auto const book = ledger_or_nothing(common_);
        auto const resolved = resolve(rows_, session.look_up(domains_of(rows_, access_.services)));
        check_resolved(resolved.pools, options_.file);
        check_not_moved(resolved.pools, *book, options_.file);
        examine(session, *book, identities, resolved, report);
        report.interrupted = session.interrupted();
        return report;
    }

private:
    void examine(provision_session& session, provisioner::ledger_reader const& book,
                 std::vector<identity_found> const& identities, resolved_rows const& resolved,
                 doctor_report& report) const {
        provisioner::roster_defaults const defaults{
            .services = access_.services, .redirect_uri = {}, .verify = false};
        auto const tenants =
            provisioner::make_roster(resolved.pools, ids_of(resolved.pools, book), book, defaults);
        checks_to_do const what{.tenants = &tenants,
                                .identities = identities_for(identities, resolved.pools),
                                .wishes = wishes_of(options_, input_.plan.header.profile),
                                .book = &book,
                                .pace = pace_of_checks(access_)};
        auto checked = check_tenants(session, what);
        for (auto const& each : resolved.lost) report.tenants.push_back(examined(each));
        for (std::size_t i = 0; i < tenants.size(); ++i) {
            report.tenants.push_back(
                {.tenant = {.id = to_string(tenants[i].directory_id), .name = tenants[i].name},
                 .checked = std::move(checked[i])});
        }
    }

    doctor_options const& options_;
    common_options const& common_;
    access_settings access_;
    plan_input input_;
    plan_rows rows_;  // of the plan in `input_`
};

}  // namespace

exit_code run_doctor(doctor_options const& options, common_options const& common, std::ostream& out) {
    auto const report = examination(options, common).run();
    if (!report.advice.empty()) say_warning(report.advice, common);
    if (common.output == "json") {
        print_json(doctor_json(report), out);
    } else {
        print_doctor(report, common, out);
    }
    return exit_code_for(report);
}

}  // namespace poolwright::cli
