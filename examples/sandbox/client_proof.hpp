#pragma once

#include "examples/sandbox/replies.hpp"

// How an application shows at the token endpoint who it is, whatever it asks for.

namespace poolwright::sandbox {

// A refusal of an application of others whose secret or assertion is missing or wrong.
std::optional<reply> refuse_client(service const& all, call const& about, guid const& tenant,
                                   identity const& who);

// True if the form asks for a token of a person: grant_type refresh_token or device_code.
bool asks_for_person(call const& about);

// The answer to such a form.
reply post_delegated_token(service& all, call const& about);

}  // namespace poolwright::sandbox
