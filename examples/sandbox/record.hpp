#pragma once

#include "examples/sandbox/directory.hpp"

#include <string>
#include <string_view>

// The journal's lines: one JSON object per change, complete in itself, so that the last line about an
// application is all that counts and a line that was cut off loses only itself. Written by service::record,
// read when a sandbox starts with --state.

namespace poolwright::sandbox {

// The application with its principal, credentials (with their texts) and grants; without the line feed.
std::string encode(application const& app);

// It is gone for good.
std::string encode_erased(application const& app);

// A sandbox was started for the `number`th time on this directory.
std::string encode_session(std::uint64_t number);

enum class record_kind : std::uint8_t { damaged, application, erased, session };

// Brings the directory to the state after that line; a damaged line changes nothing. `session` receives the
// number of a session line.
record_kind replay(std::string_view line, directory& objects, std::uint64_t& session);

}  // namespace poolwright::sandbox
