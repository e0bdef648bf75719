#pragma once

#include "examples/sandbox/certificate.hpp"
#include "examples/sandbox/client_credentials.hpp"
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

    // client-certificate.pem and federated_token, and the same with -2, -3, … (0600), in the order given.
    void write_client_proofs(std::vector<client_proofs> const& clients) const;

    // refresh_token (0600), what a person's consent left with the first client.
    void write_refresh_token(std::string_view token) const;

    // ready.json, whole or not at all. `client_id` and the files beside it are the first one's;
    // `identities` and `proofs` have all; `public_client_id` can only act for a person.
    void announce(std::string_view url, std::vector<identity> const& clients,
                  guid const& public_client) const;

    // The server no longer listens.
    void withdraw() const noexcept;

private:
    // "client-secret" becomes "client-secret-2" for the second client; `ending` stays last.
    [[nodiscard]] std::string client_file(std::string const& name, std::size_t client,
                                          std::string const& ending = {}) const;
    [[nodiscard]] std::string secret_file(std::size_t client) const;
    [[nodiscard]] std::string certificate_file(std::size_t client) const;
    [[nodiscard]] std::string token_file(std::size_t client) const;

    std::filesystem::path path_;
};

}  // namespace poolwright::sandbox
