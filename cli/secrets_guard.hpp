#pragma once

#include <sys/resource.h>

// Keeps the memory of this process to itself.

namespace poolwright::cli {

// As long as it lives, neither a core dump nor a debugger of the same user shows what this process remembers.
// The first thing in main(): AZURE_CLIENT_SECRET is in memory before any command is known.
class secrets_guard {
public:
    secrets_guard() noexcept;
    ~secrets_guard();
    secrets_guard(secrets_guard const&) = delete;
    secrets_guard& operator=(secrets_guard const&) = delete;

private:
    rlimit dumps_{};
    int dumpable_ = 1;
};

}  // namespace poolwright::cli
