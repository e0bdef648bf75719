#include "cli/credential_files.hpp"

#include "planner/wording.hpp"
#include "provisioner/assertion_file.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::certificate;
using provisioner::secret;

constexpr std::string_view renewal_words =
    "make another, register it with the application, and name its file";

secret read_warned(secret (*read)(std::string const&, std::string&, std::string_view),
                   std::string const& file, std::string_view words, warning_list& warnings) {
    std::string warning;
    auto content = read(file, warning, words);
    if (!warning.empty()) warnings.push_back(std::move(warning));
    return content;
}

std::string day_of(std::chrono::sys_seconds when) {
    return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(when)));
}

void check_times(certificate const& key, std::chrono::system_clock::time_point now, std::string const& file,
                 warning_list& warnings) {
    constexpr std::chrono::days soon(30);
    if (now >= key.valid_until()) {
        throw bad_secret_file(
            fmt::format("the certificate expired on {}; {}", day_of(key.valid_until()), renewal_words));
    }
    if (now < key.valid_from()) {
        throw bad_secret_file(
            fmt::format("the certificate is not valid before {}; wait, or set this computer's clock right",
                        day_of(key.valid_from())));
    }
    if (now + soon < key.valid_until()) return;
    warnings.push_back(fmt::format("the certificate in {} expires on {}: {}", planner::shown(file),
                                   day_of(key.valid_until()), renewal_words));
}

}  // namespace

provisioner::client_credential secret_from(std::string const& file, warning_list& warnings) {
    return std::make_shared<secret const>(read_warned(read_secret_file, file, "client secret", warnings));
}

std::shared_ptr<secret const> refresh_token_from(std::string const& file, warning_list& warnings) {
    return std::make_shared<secret const>(read_warned(read_secret_file, file, "refresh token", warnings));
}

provisioner::client_credential certificate_from(certificate_files const& files, secret password,
                                                std::chrono::system_clock::time_point now,
                                                warning_list& warnings) {
    if (!files.password.empty())
        password = read_warned(read_secret_file, files.password, "certificate's password", warnings);
    auto const content = read_warned(read_secret_bytes, files.certificate, "private key", warnings);
    bool const pem = content.reveal().find("-----BEGIN ") != std::string_view::npos;
    auto read = pem ? certificate::from_pem(content, password) : certificate::from_pfx(content, password);
    if (read.has_error()) {
        throw bad_secret_file((pem ? "read as PEM: " : "read as PFX, since it has no PEM header: ") +
                              read.error());
    }
    check_times(*read, now, files.certificate, warnings);
    return provisioner::certificate_credential{.key = std::make_shared<certificate const>(std::move(*read)),
                                               .send_chain = files.send_chain};
}

provisioner::client_credential assertion_from(std::string const& file,
                                              std::chrono::system_clock::time_point now) {
    auto source = std::make_shared<provisioner::assertion_file>(file);
    if (source->current(now) == nullptr) throw bad_secret_file(source->why_none());
    return source;
}

}  // namespace poolwright::cli
