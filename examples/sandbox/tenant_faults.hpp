#pragma once

#include "examples/sandbox/replies.hpp"
#include "examples/sandbox/well_known.hpp"

#include <optional>
#include <vector>

// How a tenant that is unlike the others answers the applications of others that call there. Asked by the
// authority before it looks at a credential, and by whatever shows or uses their roles.

namespace poolwright::sandbox {

// A refusal of whoever asks for a token there: the tenant is in another cloud, or its authority is throttled.
// Counts the request.
std::optional<reply> refuse_token_request(service& all, call const& about, guid const& tenant);

// A refusal of an application that every tenant has consented to. Nothing for any other client id.
std::optional<reply> refuse_identity(service const& all, call const& about, guid const& tenant,
                                     std::string_view client_id);

// A refusal of the person for whom an application asks.
std::optional<reply> refuse_person(service const& all, call const& about, guid const& tenant,
                                   identity const& who);

// False where the applications of others have no consent, or no longer.
bool is_consented(service const& all, guid const& tenant) noexcept;

// Those of the given permissions that the tenant has consented to.
std::vector<std::string> consented(service const& all, guid const& tenant, std::vector<std::string> names);

// A request to Graph of an application of others: consent may end by it.
void count_consented_request(service& all, guid const& tenant);

// From here on the request is seen at the time of that tenant's clock.
void set_clock(service const& all, call& about, guid const& tenant);

}  // namespace poolwright::sandbox
