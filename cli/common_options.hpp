#pragma once

#include <string>

// The options that every command has, after option, environment, config file and default were weighed.

namespace poolwright::cli {

struct common_options {
    std::string output = "table";
    std::string state;  // the ledger's URL; empty only where nothing says where it could be
    bool quiet = false;
    bool verbose = false;
    bool color = false;         // colours on standard output: wanted there, and not --no-color
    bool color_errors = false;  // the same for standard error
    bool no_input = false;
};

}  // namespace poolwright::cli
