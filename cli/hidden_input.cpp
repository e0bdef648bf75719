#include "cli/hidden_input.hpp"

#include "cli/provision_output.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::secret;
using provisioner::wiped_string;

// More than a line that a terminal gives at once.
constexpr std::size_t longest_line = 4096;
constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

std::sig_atomic_t volatile caught = 0;

void note_signal(int number) {
    caught = number;
}

// The terminal without echo, and the signals that would leave it so put off: they come only where
// wait_for_line waits, so that none falls between a look at `caught` and the reading.
class hidden_terminal {
public:
    hidden_terminal() {
        struct sigaction noting{};
        noting.sa_handler = note_signal;
        sigset_t ending;
        ::sigemptyset(&ending);
        for (int const number : ending_signals) ::sigaddset(&ending, number);
        ::pthread_sigmask(SIG_BLOCK, &ending, &open_mask_);
        for (std::size_t i = 0; i < ending_signals.size(); ++i)
            ::sigaction(ending_signals[i], &noting, &handlers_[i]);
        is_terminal_ = ::tcgetattr(STDIN_FILENO, &shown_) == 0;
        if (!is_terminal_) return;
        termios hidden = shown_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        hidden.c_lflag |= ECHONL;
        set(hidden);
    }
    ~hidden_terminal() {
        if (is_terminal_) set(shown_);
        for (std::size_t i = 0; i < ending_signals.size(); ++i)
            ::sigaction(ending_signals[i], &handlers_[i], nullptr);
        ::pthread_sigmask(SIG_SETMASK, &open_mask_, nullptr);
        if (int const number = std::exchange(caught, 0)) ::raise(number);
    }
    // False: a signal came instead.
    [[nodiscard]] bool wait_for_line() const {
        pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
        while (::ppoll(&input, 1, nullptr, &open_mask_) < 0) {
            if (errno != EINTR || caught != 0) return false;
        }
        return true;
    }

    hidden_terminal(hidden_terminal const&) = delete;
    hidden_terminal& operator=(hidden_terminal const&) = delete;

private:
    // At once: to wait until all output is shown would be to wait for who has stopped the terminal. What was
    // typed before is dropped.
    static void set(termios const& mode) {
        ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
        ::tcflush(STDIN_FILENO, TCIFLUSH);
    }

    sigset_t open_mask_{};
    termios shown_{};
    bool is_terminal_ = false;
    std::array<struct sigaction, ending_signals.size()> handlers_{};
};

// A terminal gives a line at a time.
std::optional<secret> read_line() {
    wiped_string line(longest_line, '\0');
    auto const got = ::read(STDIN_FILENO, line.data(), line.size());
    if (got <= 0) return std::nullopt;
    line.resize(static_cast<std::size_t>(got));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return secret(std::move(line));
}

}  // namespace

std::optional<secret> ask_hidden(std::string_view question) {
    hidden_terminal const hidden;
    // There is nobody to ask when this fails, and nothing will be read.
    static_cast<void>(write_all(STDERR_FILENO, question));
    return hidden.wait_for_line() ? read_line() : std::nullopt;
}

}  // namespace poolwright::cli
