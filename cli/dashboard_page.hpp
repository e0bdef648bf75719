#pragma once

#include <string>
#include <string_view>

// The page of `provision --dashboard`. It holds nothing of a run: its script asks for that.

namespace poolwright::cli {

struct dashboard_page {
    std::string html;
    std::string policy;  // its Content-Security-Policy, for the header
};

dashboard_page make_dashboard_page(std::string_view version);

}  // namespace poolwright::cli
