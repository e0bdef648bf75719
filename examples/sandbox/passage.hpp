#pragma once

#include "examples/sandbox/service.hpp"

// One request's way through the sandbox: its route, a planted fault, the gates, the endpoint, and the headers
// that every reply carries. Used by the model, and by a batch for each of its items.

namespace poolwright::sandbox {

// The reply to a request that arrives now.
reply pass(service& all, request const& message, time_point now);

// The same for an item of a batch, which says less about a path that there is not: 404 UnknownError. A batch
// inside of a batch is such a path.
reply pass_item(service& all, request const& message, time_point now);

}  // namespace poolwright::sandbox
