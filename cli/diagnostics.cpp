#include "cli/diagnostics.hpp"

#include "cli/failure.hpp"
#include "cli/provision_output.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <string>
#include <unistd.h>

namespace poolwright::cli {

namespace {

constexpr std::string_view red = "\x1b[31m";
constexpr std::string_view yellow = "\x1b[33m";
constexpr std::string_view cyan = "\x1b[36m";

std::string painted(std::string_view word, std::string_view color, common_options const& options) {
    if (!options.color_errors) return std::string(word);
    return fmt::format("{}{}\x1b[0m", color, word);
}

// There is nobody left to tell when this fails.
void write_to_stderr(std::string_view text) {
    static_cast<void>(write_all(STDERR_FILENO, text));
}

}  // namespace

void say(failure const& what, common_options const& options) {
    std::string text;
    if (!what.has_places()) text += painted("poolwright:", red, options) + ' ';
    text += visible_lines(what.what()) + '\n';
    if (!what.hint().empty())
        text += fmt::format("{} {}\n", painted("hint:", cyan, options), visible_lines(what.hint()));
    write_to_stderr(text);
}

void say_warning(std::string_view text, common_options const& options) {
    if (options.quiet) return;
    write_to_stderr(fmt::format("{} {}\n", painted("warning:", yellow, options), visible_lines(text)));
}

void say_note(std::string_view text, common_options const& options) {
    if (options.quiet) return;
    write_to_stderr(visible_lines(text) + '\n');
}

}  // namespace poolwright::cli
