#pragma once

#include "examples/sandbox/directory.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

// What was asked for and how it went: the yardstick of the end-to-end tests, printed at the end and served as
// /sandbox/stats.

namespace poolwright::sandbox {

struct statistics {
    // By route name, then by status; 0 stands for a connection that was dropped before anything was done.
    std::map<std::string, std::map<int, std::uint64_t>, std::less<>> requests;
    std::uint64_t throttled = 0;           // replies of 429, planted ones too
    std::uint64_t early_calls = 0;         // came before the Retry-After that they had been told
    std::uint64_t overlapping_writes = 0;  // to an application another write of which was in progress
};

// What stands in the directory now.
struct inventory {
    std::uint64_t applications = 0;  // live ones, of all tenants
    std::uint64_t duplicates = 0;    // live ones that share pool and unique name, or the intent, with another
    std::uint64_t orphan_credentials = 0;  // beyond one, on live applications tagged poolwright
};

inventory take_inventory(directory const& objects);

// The document of GET /sandbox/stats.
boost::json::object to_json(statistics const& counted, inventory const& found);

}  // namespace poolwright::sandbox
