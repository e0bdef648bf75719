#pragma once

#include "cli/provision_report.hpp"
#include "cli/provision_rows.hpp"
#include "cli/tenant_checks.hpp"

#include <boost/json/object.hpp>

#include <span>
#include <string>
#include <vector>

// What `doctor` found out, and the exit code that follows from it.

namespace poolwright::cli {

struct examined_tenant {
    tenant_label tenant;
    tenant_checks checked;
};

struct doctor_report {
    std::string identity;  // which was chosen, and why
    std::string advice;    // about the permission profile; empty: none
    std::vector<examined_tenant> tenants;
    bool interrupted = false;
};

// The worst of a tenant's results, of one check or of all.
provisioner::check_outcome worst_of(tenant_checks const& checked) noexcept;
provisioner::check_outcome worst_of(tenant_checks const& checked, provisioner::check what) noexcept;

// A tenant whose domain led to no directory.
examined_tenant examined(lost_tenant const& lost);

exit_code exit_code_for(doctor_report const& report) noexcept;

// Schema poolwright.doctor/1.
boost::json::object doctor_json(doctor_report const& report);

}  // namespace poolwright::cli
