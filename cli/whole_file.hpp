#pragma once

#include "planner/input_file.hpp"
#include "planner/problem.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>

// Whole files in memory: rules, profiles, saved plans, the config file. Called by whoever parses one.

namespace poolwright::cli {

// From its beginning; a file of more than `most` bytes is a problem.
boost::system::result<std::string, planner::problem> read_whole(planner::input_file& file, std::size_t most);

// A document that people write: a rule, a profile, limits, identities. Throws failure(bad_input) if it cannot
// be read or has more than a MiB.
struct input_document {
    std::string name;  // for messages
    std::string text;
};
input_document read_document(std::string const& path);

// True if the first byte that is not white space is `{`: the file is a JSON document and not a CSV.
boost::system::result<bool, planner::problem> begins_with_brace(planner::input_file& file);

}  // namespace poolwright::cli
