#pragma once

#include "cli/provision_report.hpp"
#include "cli/provision_session.hpp"
#include "provisioner/checkup.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/identity_roster.hpp"

#include <string>
#include <vector>

// Many tenants checked at once, each by the identity that would enter it.

namespace poolwright::cli {

struct tenant_checks {
    std::vector<provisioner::check_result> results;  // empty: it was not to be checked
    provisioner::checkup_end end = provisioner::checkup_end::unfinished;
    std::string reason;     // of an end that is not well
    std::string client_id;  // who asked last; empty: nobody may
};

struct checks_to_do {
    std::vector<provisioner::fleet_tenant> const* tenants = nullptr;
    std::vector<provisioner::provisioning_identity> identities;
    provisioner::checkup_wishes wishes;
    provisioner::ledger_reader const* book = nullptr;
    provisioner::survey_settings pace;
};

// In the order of the tenants. Where an identity is refused, the next that may enter the tenant is asked, as
// a run would.
std::vector<tenant_checks> check_tenants(provision_session& session, checks_to_do const& what);

// Checks are quick or of no use: who does not answer within a minute is not waited for.
provisioner::survey_settings pace_of_checks(access_settings const& access);

}  // namespace poolwright::cli
