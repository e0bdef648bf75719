#pragma once

// The exit codes, in one place. They are part of the contract with the users' scripts: `poolwright help
// exit-codes` and cli/REFERENCE.md list them.

namespace poolwright::cli {

enum exit_code : int {
    done = 0,  // done, or nothing to do
    incomplete =
        1,  // some apps or tenants failed or are pending, or the person declined; running again continues
    to_create = 2,      // `plan --detailed-exitcode` only: there is something to create
    wrong_usage = 64,   // every option error
    bad_input = 65,     // CSV, plan, rule, profile, limits, identities or config file is bad or missing
    unreachable = 69,   // authority or Graph could not be reached or trusted for any tenant
    broken = 70,        // a broken machine or a bug: ledger, disk, output, key
    refused = 77,       // the identity was refused everywhere
    interrupted = 130,  // what was in flight was finished and recorded
};

}  // namespace poolwright::cli
