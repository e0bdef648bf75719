#pragma once

#include "provisioner/http_message.hpp"

#include <cstddef>
#include <string>
#include <string_view>

// What a service says in words of its own, made fit for people, events and the ledger. Whatever of a reply is
// shown or recorded goes through here.

namespace poolwright::provisioner {

inline constexpr std::size_t longest_told = 500;  // bytes

// The text with what must not be known struck out: what the request carried in confidence, in clear or
// percent-encoded, and whatever else has the form of an access token or of one of Entra's client secrets.
// What is longer than `most` bytes is cut between two characters and ends in "…". The full stop at its end
// is left out, with the space around it: something may follow.
std::string told(std::string_view text, confidences const& kept, std::size_t most = longest_told);

// What is said in the place of a reason that the reply does not give.
std::string_view untold_reason(int status) noexcept;

// The same for a header's value, which may hold any bytes: empty if it is not printable ASCII.
std::string told_header(std::string_view value, confidences const& kept, std::size_t most = longest_told);

}  // namespace poolwright::provisioner
