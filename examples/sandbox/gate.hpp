#pragma once

#include "examples/sandbox/replies.hpp"
#include "examples/sandbox/routes.hpp"

// What stands before every endpoint of Graph: the token, the quotas and the permission, in this order; and
// the replies that are planted instead of an answer.

namespace poolwright::sandbox {

// Learns from the bearer token who calls, or refuses: 401.
std::optional<reply> authenticate(service& all, call& about);

// Charges the request, or refuses it: 429. `spent` receives the headers that tell the client where it stands.
std::optional<reply> charge(service& all, call const& about, route const& which, header_list& spent);

// 403 if the caller may not use the route at all.
std::optional<reply> refuse_permission(call const& about, route const& which);

// A reply that the faults file asks for.
reply planted_reply(service& all, call const& about, route const& which, fault const& what);

// What Graph and the authority answer where no route leads.
reply no_route(call const& about, bool path_known);

}  // namespace poolwright::sandbox
