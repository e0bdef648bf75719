#pragma once

#include "cli/provision_rows.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

// What a run would do, by the ledger alone: for --dry-run and for the question that a person is asked.

namespace poolwright::cli {

struct previewed_pool {
    planner::planned_pool const* row = nullptr;
    std::int64_t ready = 0;
    std::int64_t begun = 0;  // known to the ledger and not ready
    [[nodiscard]] std::int64_t to_create() const noexcept { return row->apps - ready - begun; }
};

struct run_preview {
    std::vector<previewed_pool> pools;  // in the order of the rows
    std::int64_t planned = 0;
    std::int64_t ready = 0;
    std::int64_t begun = 0;
    std::int64_t to_create = 0;
    std::int64_t tenants = 0;    // with something to do
    std::int64_t writes = 0;     // to Microsoft Graph; fewer where something is begun, more where
                                 // replication is slow and a grant must be repeated
    std::size_t identities = 0;  // that would share the tenants
    bool verify = false;         // ready apps are compared with their tenants

    [[nodiscard]] bool nothing_to_do() const noexcept {
        return begun == 0 && to_create == 0 && (!verify || ready == 0);
    }
};

// `book` is null if there is no ledger yet. A tenant named by its domain is recognised by it.
run_preview preview(plan_rows const& rows, provisioner::ledger_reader const* book,
                    std::int32_t writes_per_app, bool verify);

// "Create 37 apps, finish 2 apps in 5 tenants (about 195 writes to graph.microsoft.com)?"
std::string question(run_preview const& what, provisioner::cloud const& services);

// The answer to --dry-run, for people (ends with a newline), with what is to be done in colours or without,
// and for programs (schema poolwright.run/1).
std::string preview_text(run_preview const& what, bool color);
boost::json::object preview_json(run_preview const& what);

}  // namespace poolwright::cli
