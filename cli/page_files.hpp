#pragma once

#include <string_view>

// What the build embeds from cli/page and, for the charts, from Chart.js (see CMakeLists.txt).

namespace poolwright::cli {

// With `{{name}}` wherever something is to be put in.
extern std::string_view const page_report_html;
extern std::string_view const page_dashboard_html;
// The look that every page of poolwright has, and what each has for itself.
extern std::string_view const page_style_css;
extern std::string_view const page_report_css;
extern std::string_view const page_dashboard_css;
// The same for what they do.
extern std::string_view const page_shared_js;
extern std::string_view const page_report_js;
extern std::string_view const page_dashboard_js;
extern std::string_view const page_chart_js;

}  // namespace poolwright::cli
