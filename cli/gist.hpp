#pragma once

#include <string>
#include <string_view>

// What many reasons have in common, so that each is said once for all tenants that have it.

namespace poolwright::cli {

// The reason without what is different every time: every run of hexadecimal digits and hyphens that has a
// digit becomes one `#`.
std::string gist_of(std::string_view why);

}  // namespace poolwright::cli
