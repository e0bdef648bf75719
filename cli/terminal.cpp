#include "cli/terminal.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace poolwright::cli {

namespace {

constexpr std::size_t width_of_unknown_terminal = 80;
constexpr std::size_t width_of_files = 120;

std::string_view variable(char const* name) {
    char const* const value = std::getenv(name);
    return value ? value : "";
}

}  // namespace

bool is_terminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

bool wants_color(color_wishes const& wishes, bool on_terminal) noexcept {
    if (!wishes.no_color.empty()) return false;
    if (!wishes.clicolor_force.empty() && wishes.clicolor_force != "0") return true;
    return on_terminal && wishes.clicolor != "0" && wishes.term != "dumb";
}

bool has_color(int descriptor) {
    return wants_color(
        {variable("NO_COLOR"), variable("CLICOLOR"), variable("CLICOLOR_FORCE"), variable("TERM")},
        is_terminal(descriptor));
}

bool can_redraw(int descriptor) {
    return is_terminal(descriptor) && variable("TERM") != "dumb";
}

void occupy_standard_descriptors() {
    for (int const descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(descriptor, F_GETFD) >= 0) continue;
        // The lowest free number is this one.
        static_cast<void>(::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY));
    }
}

std::size_t output_width() {
    if (!is_terminal(STDOUT_FILENO)) return width_of_files;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return width_of_unknown_terminal;
    return size.ws_col;
}

}  // namespace poolwright::cli
