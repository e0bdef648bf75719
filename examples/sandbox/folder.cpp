#include "examples/sandbox/folder.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unistd.h>

namespace poolwright::sandbox {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(std::string const& what, fs::path const& path) {
    throw std::system_error(errno, std::generic_category(), what + ' ' + path.string());
}

// Written aside and renamed into place, so that nobody reads half of it.
void write_file(fs::path const& path, std::string_view text, mode_t mode) {
    auto const fresh = path.string() + ".new";
    fs::remove(fresh);
    auto const file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) fail("cannot write", fresh);
    auto const written = ::write(file, text.data(), text.size());
    auto const whole = written == static_cast<ssize_t>(text.size());
    if (::close(file) != 0 || !whole) fail("cannot write", fresh);
    fs::rename(fresh, path);
}

}  // namespace

std::string read_file(fs::path const& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    if (!in) fail("cannot read", path);
    return text;
}

server_folder::server_folder(fs::path const& path) : path_(fs::absolute(path)) {
    if (fs::create_directories(path_)) fs::permissions(path_, fs::perms::owner_all);
    fs::remove(path_ / "ready.json");
}

certificate_authority server_folder::authority(bool keep) const {
    auto const certificate = path_ / "ca.pem";
    auto const key = path_ / "ca-key.pem";
    if (keep && fs::exists(certificate) && fs::exists(key)) {
        return certificate_authority::load(read_file(certificate), read_file(key));
    }
    auto made = certificate_authority::create();
    write_file(certificate, made.certificate_pem(), 0644);
    fs::remove(key);
    if (keep) write_file(key, made.key_pem(), 0600);
    return made;
}

std::string server_folder::client_file(std::string const& name, std::size_t client,
                                       std::string const& ending) const {
    return (path_ / (name + (client == 0 ? "" : "-" + std::to_string(client + 1)) + ending)).string();
}

std::string server_folder::secret_file(std::size_t client) const {
    return client_file("client-secret", client);
}

std::string server_folder::certificate_file(std::size_t client) const {
    return client_file("client-certificate", client, ".pem");
}

std::string server_folder::token_file(std::size_t client) const {
    return client_file("federated_token", client);
}

void server_folder::write_client_secrets(std::vector<identity> const& clients) const {
    for (std::size_t i = 0; i < clients.size(); ++i)
        write_file(secret_file(i), clients[i].secret + '\n', 0600);
}

void server_folder::write_client_proofs(std::vector<client_proofs> const& clients) const {
    for (std::size_t i = 0; i < clients.size(); ++i) {
        write_file(certificate_file(i), clients[i].certificate_pem, 0600);
        write_file(token_file(i), clients[i].federated_token, 0600);
    }
}

void server_folder::write_refresh_token(std::string_view token) const {
    write_file(path_ / "refresh_token", std::string(token) + '\n', 0600);
}

void server_folder::announce(std::string_view url, std::vector<identity> const& clients,
                             guid const& public_client) const {
    // Apart: an entry of `identities` can be given to poolwright as it is, with one proof.
    boost::json::array all;
    boost::json::array proofs;
    for (std::size_t i = 0; i < clients.size(); ++i) {
        auto const id = to_string(clients[i].client_id);
        all.push_back(boost::json::object{{"client_id", id}, {"client_secret_file", secret_file(i)}});
        proofs.push_back(boost::json::object{{"client_id", id},
                                             {"client_certificate_file", certificate_file(i)},
                                             {"federated_token_file", token_file(i)}});
    }
    boost::json::object const ready{{"url", url},
                                    {"ca_file", (path_ / "ca.pem").string()},
                                    {"client_id", to_string(clients.front().client_id)},
                                    {"client_secret_file", secret_file(0)},
                                    {"client_certificate_file", certificate_file(0)},
                                    {"federated_token_file", token_file(0)},
                                    {"refresh_token_file", (path_ / "refresh_token").string()},
                                    {"public_client_id", to_string(public_client)},
                                    {"identities", std::move(all)},
                                    {"proofs", std::move(proofs)},
                                    {"pid", ::getpid()}};
    write_file(path_ / "ready.json", boost::json::serialize(ready) + '\n', 0644);
}

void server_folder::withdraw() const noexcept {
    std::error_code ignored;
    fs::remove(path_ / "ready.json", ignored);
}

}  // namespace poolwright::sandbox
