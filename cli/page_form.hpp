#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <ostream>
#include <string>
#include <string_view>

// What all pages are made of: a form with `{{name}}` wherever something is to be put in, and a policy that
// lets nothing run or load but what was put in.

namespace poolwright::cli {

using part_writer = std::function<void(std::ostream&)>;
using page_parts = std::map<std::string_view, part_writer>;

// A part that stands already.
part_writer fixed(std::string text);

// Every part that the form names must be there.
void fill_page(std::string_view form, page_parts const& parts, std::ostream& out);

// The Content-Security-Policy of a page with just these styles and scripts in it. It may ask for nothing,
// unless `more` says so ("connect-src 'self'").
std::string page_policy(std::initializer_list<std::string_view> styles,
                        std::initializer_list<std::string_view> scripts, std::string_view more = {});

}  // namespace poolwright::cli
