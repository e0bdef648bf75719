#pragma once

#include "cli/exit_code.hpp"
#include "provisioner/directory_lookup.hpp"
#include "provisioner/fleet.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a run of `provision` ended: what it did, what is not ready and why, and the exit code that follows from
// it. Made when the run is over, then written for people or programs by provision_summary.

namespace poolwright::cli {

// A tenant as messages name it.
struct tenant_label {
    std::string id;    // the directory id, or the domain where that was never found
    std::string name;  // as the plan has it; may be empty
};

struct failed_tenant {
    tenant_label tenant;
    provisioner::tenant_end end = provisioner::tenant_end::refused;
    std::string why;
};

struct unready_app {
    tenant_label tenant;
    std::string pool;
    std::int32_t ordinal = 0;
    bool pending = false;  // else failed
    std::string why;
};

// A tenant in which another identity went on where one was refused.
struct fallen_back {
    tenant_label tenant;
    std::string from;  // client ids
    std::string to;
    std::string why;
};

// A tenant whose policy forbids secrets, so that its apps got certificates.
struct certified_tenant {
    tenant_label tenant;
    std::string why;
};

// How often a step of an app had to wait, and why.
struct wait_counts {
    std::int64_t throttle = 0;
    std::int64_t replication = 0;
    std::int64_t error = 0;

    // Takes note of what happened.
    void add(provisioner::fleet_event const& event) noexcept;
};

struct run_report {
    provisioner::fleet_counts totals;
    std::size_t tenants = 0;          // that the run was about
    std::size_t tenants_entered = 0;  // that gave a token
    std::vector<failed_tenant> failed;
    std::vector<unready_app> unready;
    std::vector<fallen_back> fallbacks;
    std::vector<certified_tenant> certified;
    wait_counts waits;
    std::chrono::nanoseconds took{0};
    std::chrono::duration<double> expected{0};  // how long it was forecast to take
    bool interrupted = false;

    [[nodiscard]] bool all_ready() const noexcept { return failed.empty() && totals.ready == totals.planned; }
};

// A tenant whose domain led to no directory: all its apps count as failed.
struct lost_tenant {
    tenant_label tenant;
    std::int64_t apps = 0;
    provisioner::lookup_failure reason;
};

// `tenants` are those that the fleet was given, in that order.
run_report make_report(provisioner::fleet_result result, std::span<tenant_label const> tenants,
                       std::span<lost_tenant const> lost, std::chrono::nanoseconds took);

exit_code exit_code_for(run_report const& report) noexcept;

// Whether a first run leaves a ledger behind. Not if the service was never reached, or refused the identity
// everywhere, or the person gave up before that was known: none of it is of use to a later command.
bool worth_a_ledger(run_report const& report) noexcept;

// "unreachable", "untrusted", "identity_refused" or "refused".
std::string_view to_string(provisioner::tenant_end end) noexcept;

}  // namespace poolwright::cli
