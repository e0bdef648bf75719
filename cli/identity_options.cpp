#include "cli/identity_options.hpp"

#include "cli/failure.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace poolwright::cli {
namespace {

using provisioner::secret;
using provisioner::wiped_string;

constexpr char const* id_variable = "AZURE_CLIENT_ID";
constexpr char const* secret_variable = "AZURE_CLIENT_SECRET";

// More than any client secret has.
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

[[noreturn]] void refuse_file(std::string const& path, std::string_view why) {
    throw failure(bad_input, fmt::format("--client-secret-file {}: {}", planner::shown(path), why));
}

[[noreturn]] void refuse_file(std::string const& path, int error) {
    refuse_file(path, "cannot be read: " + std::generic_category().message(error));
}

void read_all(opened const& file, std::string const& path, wiped_string& text) {
    text.resize(largest_secret + 1);
    std::size_t filled = 0;
    while (filled < text.size()) {
        auto const got = ::read(file.descriptor, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse_file(path, errno);
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    if (filled > largest_secret) refuse_file(path, "too long for a client secret");
}

secret read_secret_file(std::string const& path, std::string& warning) {
    opened const file(path);
    if (file.descriptor < 0) refuse_file(path, errno);
    struct stat facts{};
    if (::fstat(file.descriptor, &facts) != 0) refuse_file(path, errno);
    wiped_string text;
    read_all(file, path, text);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    if (text.empty()) refuse_file(path, "is empty");
    if (std::string_view(text).find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos)
        refuse_file(path, "holds more than one line, so it is not a client secret");
    if (S_ISREG(facts.st_mode) && (facts.st_mode & 0077) != 0) {
        warning = fmt::format("the client secret in {} may be read by others (mode {:04o}): chmod 600 it",
                              planner::shown(path), facts.st_mode & 07777);
    }
    return secret(std::move(text));
}

// The variable's value, which is nowhere in this process's environment from then on.
secret take_secret_variable() {
    char* const value = std::getenv(secret_variable);
    if (value == nullptr) return {};
    secret taken(value);
    sodium_memzero(value, std::strlen(value));
    ::unsetenv(secret_variable);
    return taken;
}

[[noreturn]] void refuse_half(std::string_view missing, std::string_view option, std::string_view variable) {
    throw failure(wrong_usage, fmt::format("no {} of the provisioning application is given", missing),
                  fmt::format("set {}, or use {}", variable, option));
}

}  // namespace

std::string environment(char const* name) {
    char const* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::optional<identity_found> find_identity(identity_sources const& sources) {
    auto from_environment = take_secret_variable();
    bool const option = !sources.client_id.empty();
    auto id = option ? sources.client_id : environment(id_variable);
    bool const has_secret = !sources.secret_file.empty() || !from_environment.empty();
    if (id.empty() && !has_secret) return std::nullopt;
    if (id.empty()) refuse_half("client id", "--client-id", id_variable);
    if (!has_secret) refuse_half("client secret", "--client-secret-file", secret_variable);
    if (!planner::is_guid(id)) {
        throw failure(wrong_usage, fmt::format("{}: {} is not an application (client) id",
                                               option ? "--client-id" : id_variable, planner::shown(id)));
    }
    identity_found found;
    auto value = sources.secret_file.empty() ? std::move(from_environment)
                                             : read_secret_file(sources.secret_file, found.warning);
    found.identity = {.client_id = std::move(id),
                      .client_secret = std::make_shared<secret const>(std::move(value))};
    return found;
}

identity_found read_identity(identity_sources const& sources) {
    auto found = find_identity(sources);
    if (found) return std::move(*found);
    throw failure(wrong_usage, "no identity to provision with is given",
                  "set AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or use --client-id and --client-secret-file");
}

secrets_guard::secrets_guard() : dumpable_(::prctl(PR_GET_DUMPABLE)) {
    if (sodium_init() < 0) throw std::runtime_error("the system has no usable source of random bits");
    ::getrlimit(RLIMIT_CORE, &dumps_);
    rlimit none = dumps_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

secrets_guard::~secrets_guard() {
    ::setrlimit(RLIMIT_CORE, &dumps_);
    // 2 (readable by root only) may be read but not set.
    if (dumpable_ == 1) ::prctl(PR_SET_DUMPABLE, 1);
}

}  // namespace poolwright::cli
