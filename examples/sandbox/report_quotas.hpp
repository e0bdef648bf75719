#pragma once

#include "examples/sandbox/enforcement.hpp"

#include <map>
#include <tuple>

// The limits of usage reports, counted apart from those of the directory: per report 14 requests in ten
// minutes of one application in one tenant, 40 of all applications
// (learn.microsoft.com/graph/throttling-limits, "Microsoft 365 reports service limits").

namespace poolwright::sandbox {

class report_quotas {
public:
    // `grace`: as for enforcement.
    explicit report_quotas(std::chrono::nanoseconds grace) : grace_(grace) {}

    admission admit(guid const& application, guid const& tenant, std::string_view report, time_point now);

private:
    std::chrono::nanoseconds grace_;
    std::map<std::tuple<guid, guid, std::string>, quota_counter> by_application_and_tenant_;
    std::map<std::pair<guid, std::string>, quota_counter> by_tenant_;
};

}  // namespace poolwright::sandbox
