#pragma once

#include "examples/sandbox/certificate.hpp"
#include "examples/sandbox/settings.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// The folder of --dir: what a client needs to find and to trust the server. Used by main.

namespace poolwright::sandbox {

// The whole file; throws if it cannot be read.
std::string read_file(std::filesystem::path const& path);

class server_folder {
public:
    // Makes the folder (0700) and removes the ready.json of an earlier start.
    explicit server_folder(std::filesystem::path const& path);

    // ca.pem. With `keep` an authority of an earlier start is used again, and its key lies beside it
    // (ca-key.pem, 0600).
    [[nodiscard]] certificate_authority authority(bool keep) const;

    // client-secret, client-secret-2, client-secret-3, … (0600), in the order given.
    void write_client_secrets(std::vector<identity> const& clients) const;

    // ready.json, whole or not at all. `client_id` and `client_secret_file` are the first one's.
    void announce(std::string_view url, std::vector<identity> const& clients) const;

    // The server no longer listens.
    void withdraw() const noexcept;

private:
    [[nodiscard]] std::filesystem::path secret_file(std::size_t client) const;

    std::filesystem::path path_;
};

}  // namespace poolwright::sandbox
