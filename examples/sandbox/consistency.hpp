#pragma once

#include "examples/sandbox/replies.hpp"

// What makes the directory a distributed one: objects that are seen only later, and writes that get into each
// other's way. Used by every endpoint that changes something.

namespace poolwright::sandbox {

// When something that is written now is seen by other requests.
time_point seen_after_replication(service& all, time_point now);

// When a secret that is made now is known to the token endpoint.
time_point usable_after_secret_lag(service& all, time_point now);

// Begins a write to the application object, its credentials or its principal's grants; it lasts until the
// reply is sent. While another one lasts: counts it and gives the refusal, 409 Directory_ConcurrencyViolation
// or now and then its 400 variants.
std::optional<reply> begin_write(service& all, call const& about, application& app);

// The application of the path's first key, by object id, appId or uniqueName: null if it is not there or not
// visible yet.
application* visible_application(service& all, call const& about);

// The same before a write by this caller; a refusal if it is not there, not the caller's, or being written
// to.
boost::system::result<application*, reply> writable_application(service& all, call const& about);

// Drops credentials and grants whose removal everybody has seen.
void forget_removed(application& app, time_point now);

}  // namespace poolwright::sandbox
