#pragma once

#include "examples/sandbox/replies.hpp"

// Making a client secret: the same for addPassword and for passwordCredentials in a create.

namespace poolwright::sandbox {

// From {"displayName","startDateTime","endDateTime"}, all optional: starts now, ends two years later. A
// refusal where the tenant's policy forbids secrets or such a long one to an application made at `created`.
boost::system::result<credential, reply> make_credential(service& all, call const& about, time_point created,
                                                         boost::json::object const& wanted);

}  // namespace poolwright::sandbox
