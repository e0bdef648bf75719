#include "cli/dashboard_page.hpp"

#include "cli/html_text.hpp"
#include "cli/page_files.hpp"
#include "cli/page_form.hpp"

#include <sstream>

namespace poolwright::cli {

dashboard_page make_dashboard_page(std::string_view version) {
    page_parts const parts{
        {"style", fixed(std::string(page_style_css))},
        {"dashboard_style", fixed(std::string(page_dashboard_css))},
        {"version", fixed(html_text(version))},
        {"charts", fixed(std::string(page_chart_js))},
        {"shared", fixed(std::string(page_shared_js))},
        {"script", fixed(std::string(page_dashboard_js))},
    };
    std::ostringstream out;
    fill_page(page_dashboard_html, parts, out);
    return {.html = out.str(),
            .policy = page_policy({page_style_css, page_dashboard_css},
                                  {page_chart_js, page_shared_js, page_dashboard_js},
                                  "connect-src 'self'; frame-ancestors 'none'")};
}

}  // namespace poolwright::cli
