#pragma once

#include "cli/access_options.hpp"
#include "cli/plan_input.hpp"
#include "provisioner/checkup.hpp"

#include <chrono>
#include <optional>
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

// --lifetime in that group of --help: days, or `max`.
void add_lifetime_option(CLI::App& command, std::string& lifetime, std::string const& group);

// Nothing for `max`. Throws failure(wrong_usage) for what is neither.
std::optional<std::chrono::days> lifetime_of(std::string_view text);

}  // namespace poolwright::cli
