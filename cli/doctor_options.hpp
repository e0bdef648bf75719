#pragma once

#include "cli/access_options.hpp"
#include "cli/plan_input.hpp"

#include <string>

// What a person can say to `doctor`, as it was typed.

namespace CLI {
class App;
}

namespace poolwright::cli {

struct doctor_options {
    std::string file;  // TENANTS.csv, PLAN.json or "-"
    sizing_options sizing;
    access_options access;

    // What `provision` would be told.
    std::string credential = "secret";
    std::string lifetime = "730";  // days, or "max"
    bool adopt = false;
    bool restore_deleted = false;
};

// Offers FILE and every option of `doctor` but those that size a plan, which `plan` shares.
void add_doctor_options(CLI::App& command, doctor_options& options);

}  // namespace poolwright::cli
