#include "cli/secret_file.hpp"

#include "planner/wording.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::secret;
using provisioner::wiped_string;

// More than any client secret or passphrase has.
constexpr std::size_t largest_secret = 4096;

struct opened {
    int descriptor;
    explicit opened(std::string const& file) noexcept
        : descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {}
    opened(opened const&) = delete;
    opened& operator=(opened const&) = delete;
    ~opened() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

[[noreturn]] void refuse(int error) {
    throw bad_secret_file("cannot be read: " + std::generic_category().message(error));
}

void read_all(opened const& file, wiped_string& text, std::string_view words) {
    text.resize(largest_secret + 1);
    std::size_t filled = 0;
    while (filled < text.size()) {
        auto const got = ::read(file.descriptor, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    if (filled > largest_secret) throw bad_secret_file(fmt::format("too long for a {}", words));
}

}  // namespace

secret read_secret_file(std::string const& path, std::string& warning, std::string_view words) {
    opened const file(path);
    if (file.descriptor < 0) refuse(errno);
    struct stat facts{};
    if (::fstat(file.descriptor, &facts) != 0) refuse(errno);
    wiped_string text;
    read_all(file, text, words);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) throw bad_secret_file("is empty");
    if (std::string_view(text).find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos)
        throw bad_secret_file(fmt::format("holds more than one line, so it is not a {}", words));
    if (S_ISREG(facts.st_mode) && (facts.st_mode & 0077) != 0) {
        warning = fmt::format("the {} in {} may be read by others (mode {:04o}): chmod 600 it", words,
                              planner::shown(path), facts.st_mode & 07777);
    }
    return secret(std::move(text));
}

}  // namespace poolwright::cli
