#pragma once

#include "examples/sandbox/random.hpp"
#include "examples/sandbox/tenant_fault.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

// Faults that are planted on purpose: which request of which route fails, how, and which tenants are unlike
// the others. Read from a document of schema poolwright.faults/1; asked once per request.

namespace poolwright::sandbox {

enum class fault_kind : std::uint8_t {
    status,        // refuse with this status, doing nothing
    status_after,  // do it, then answer with this status all the same
    reset_before,
    reset_after,
    truncate,
    delay,  // do it, but take longer
};

struct fault {
    fault_kind kind = fault_kind::status;
    int status = 0;
    std::string retry_after;  // the header's value, as it is sent; empty: none
    std::string code;         // of the error body; empty: the usual one of that status
    std::string message;
    std::chrono::nanoseconds delay{0};
};

struct fault_rule {
    std::string route;       // "POST /applications"; "*": every route of the authority and of Graph
    std::uint64_t nth = 0;   // the nth request of that route, counted from 1; 0: by probability
    double probability = 0;  // 0 … 1
    fault what;
};

struct fault_plan {
    std::vector<fault_rule> rules;
    std::unordered_map<std::string, tenant_fault> tenants;  // by id or domain, in lower case
};

// Reads a document of schema poolwright.faults/1. On failure every problem, each in a sentence that begins
// with its place
// ("rules[2].status: …"). `routes` are the names that a rule may use.
boost::system::result<fault_plan, std::vector<std::string>> parse_faults(
    std::string_view json, std::vector<std::string> const& routes);

// Remembers how often each rule's route was asked for.
class fault_injector {
public:
    explicit fault_injector(std::vector<fault_rule> rules) : rules_(std::move(rules)), seen_(rules_.size()) {}

    // The fault of this request: that of the first rule that strikes; nothing for most. Counts the request.
    std::optional<fault> strike(std::string_view route, generator& random);

private:
    std::vector<fault_rule> rules_;
    std::vector<std::uint64_t> seen_;
};

}  // namespace poolwright::sandbox
