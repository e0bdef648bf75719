#pragma once

#include <string_view>
#include <system_error>

// Bytes to a descriptor at once, with nothing kept back in a buffer: what cannot be written must not come up
// again, since `provision` goes on without output where the reader of a pipe has left.

namespace poolwright::cli {

// Writes all of it, waiting where the descriptor does not take it at once.
std::error_code write_all(int descriptor, std::string_view bytes) noexcept;

// From here on a closed pipe, and a file that may not grow (ulimit -f), is an error of the write and no
// signal.
void outlive_failed_writes() noexcept;

// The result of a command. A reader that has left is no error; anything else throws failure(broken).
void write_result(int descriptor, std::string_view text);

}  // namespace poolwright::cli
