#include "cli/provision_output.hpp"

#include "cli/failure.hpp"

#include <cerrno>
#include <csignal>
#include <poll.h>
#include <unistd.h>

namespace poolwright::cli {

std::error_code write_all(int descriptor, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        auto const written = ::write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {
            // Another program that shares the pipe may have made it non-blocking.
            pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return {errno, std::generic_category()};
        }
    }
    return {};
}

void outlive_failed_writes() noexcept {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
}

void write_result(int descriptor, std::string_view text) {
    auto const error = write_all(descriptor, text);
    if (error && error != std::errc::broken_pipe)
        throw failure(broken, "the summary cannot be written: " + error.message());
}

}  // namespace poolwright::cli
