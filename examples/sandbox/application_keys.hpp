#pragma once

#include "examples/sandbox/replies.hpp"

#include <boost/json/array.hpp>

#include <span>

// keyCredentials of an application: read from a body, and shown. Used by create, update, addKey and
// removeKey.

namespace poolwright::sandbox {

// One certificate of a body; its dates are those of the certificate unless the body says others within them.
// 400 if it is no certificate or its dates are outside of it.
boost::system::result<key_credential, reply> make_key_credential(service& all, call const& about,
                                                                 boost::json::object const& wanted);

// The collection after a PATCH that gives this list: an entry that names the keyId of one that is there and
// brings no key of its own, or the same key again, keeps that one; the others are new; what is not in the
// list is gone.
boost::system::result<std::vector<key_credential>, reply> replaced_keys(
    service& all, call const& about, std::span<key_credential const> present,
    boost::json::array const& wanted);

// Without the key itself, which reads show only when they are asked for it.
boost::json::object render(key_credential const& one);

// As a read of one application with $select=keyCredentials gives it.
boost::json::object render_with_key(key_credential const& one);

// Not removed, and seen by reads.
bool is_listed(key_credential const& one, time_point now) noexcept;

}  // namespace poolwright::sandbox
