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

// More than any client secret or passphrase has, and than any certificate with its key and chain.
constexpr std::size_t largest_secret = 4096;
constexpr std::size_t largest_bytes = 64U << 10U;

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

void read_all(opened const& file, wiped_string& text, std::size_t most, std::string_view words) {
    text.resize(most + 1);
    std::size_t filled = 0;
    while (filled < text.size()) {
        auto const got = ::read(file.descriptor, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    if (filled > most) throw bad_secret_file(fmt::format("too long for a {}", words));
}

// The whole file, with a warning if others may read it.
wiped_string read_file(std::string const& path, std::string& warning, std::size_t most,
                       std::string_view words) {
    opened const file(path);
    if (file.descriptor < 0) refuse(errno);
    struct stat facts{};
    if (::fstat(file.descriptor, &facts) != 0) refuse(errno);
    wiped_string text;
    read_all(file, text, most, words);
    if (S_ISREG(facts.st_mode) && (facts.st_mode & 0077) != 0) {
        warning = fmt::format("the {} in {} may be read by others (mode {:04o}): chmod 600 it", words,
                              planner::shown(path), facts.st_mode & 07777);
    }
    return text;
}

}  // namespace

secret read_secret_file(std::string const& path, std::string& warning, std::string_view words) {
    auto text = read_file(path, warning, largest_secret, words);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) throw bad_secret_file("is empty");
    if (std::string_view(text).find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos)
        throw bad_secret_file(fmt::format("holds more than one line, so it is not a {}", words));
    return secret(std::move(text));
}

secret read_secret_bytes(std::string const& path, std::string& warning, std::string_view words) {
    auto text = read_file(path, warning, largest_bytes, words);
    if (text.empty()) throw bad_secret_file("is empty");
    return secret(std::move(text));
}

}  // namespace poolwright::cli
