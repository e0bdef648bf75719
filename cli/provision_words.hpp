#pragma once

#include "cli/provision_report.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

// How `provision` says numbers, times and tenants.

namespace poolwright::cli {

// "1 app", "1,234 apps".
std::string counted(std::int64_t number, std::string_view noun);

// "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
std::string duration_words(std::chrono::nanoseconds time);

// "Contoso (01234567-89ab-cdef-0123-456789abcdef)", fit for a terminal.
std::string words_for(tenant_label const& tenant);

}  // namespace poolwright::cli
