#pragma once

#include <string>
#include <vector>

// The manual, from the same descriptions as --help, in the macros of man(7). Written at build time by
// `poolwright help --man-pages`.

namespace poolwright::cli {

struct man_page {
    std::string file;  // "poolwright-plan.1"
    std::string text;
};

// One for the program, one for each command, one for each topic of help.
std::vector<man_page> man_pages();

}  // namespace poolwright::cli
