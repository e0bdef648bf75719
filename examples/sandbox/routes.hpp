#pragma once

#include "examples/sandbox/service.hpp"

#include <string>
#include <string_view>
#include <vector>

// Which request leads to which endpoint, what it costs and what its caller must be allowed to do: the table
// that a new endpoint is added to.

namespace poolwright::sandbox {

enum class area : std::uint8_t {
    authority,  // no token is asked for
    graph,      // below /v1.0: a token, quotas, permissions
    download,   // where Graph leads to with a link that is permission enough
    sandbox,    // the sandbox's own: no token, not counted, no faults
};

enum class permission : std::uint8_t {
    none,
    read_applications,
    write_applications,
    grant_roles,
    read_organization,
    read_users,
    read_policies,
    read_reports,
    read_report_settings,
};

using endpoint = reply (*)(service&, call const&);

struct route {
    std::string_view method;
    std::string_view pattern;  // below /v1.0 for Graph; {…} stands for one segment
    area where = area::graph;
    request_cost cost;
    permission need = permission::none;
    endpoint run = nullptr;

    // "POST /applications": in statistics and in the faults file.
    [[nodiscard]] std::string const& name() const;
};

// The result of looking a request up.
struct route_match {
    route const* found = nullptr;
    bool path_known = false;  // there is such a path, but not with this method
};

// Fills where.keys if a route was found.
route_match find_route(std::string_view method, target& where);

// The names of all routes that a fault can be planted on.
std::vector<std::string> route_names();

bool allows(role_bits roles, permission need) noexcept;

// True if the caller may change that application: every one, or those that it made itself.
bool may_change(caller const& who, application const& app) noexcept;

// The cost of this request, with what $select, $expand and $top change.
request_cost cost_of(route const& which, target const& where) noexcept;

}  // namespace poolwright::sandbox
