#include "cli/export_certificates.hpp"

#include "cli/failure.hpp"
#include "cli/replaced_file.hpp"
#include "planner/wording.hpp"
#include "provisioner/base64.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <map>
#include <sys/stat.h>
#include <system_error>
#include <utility>

namespace poolwright::cli {
namespace {

namespace fs = std::filesystem;

using provisioner::secret;

constexpr mode_t mode_of_files = 0600;
constexpr mode_t mode_of_folder = 0700;

void for_each_certified(std::span<export_pool> pools, auto&& visit) {
    for (auto& pool : pools) {
        for (auto& app : pool.apps) {
            if (!app.certificate.empty()) visit(pool, app);
        }
    }
}

[[noreturn]] void refuse_damaged(std::string const& fingerprint, std::string_view what) {
    throw failure(broken, fmt::format("the certificate {} {}", fingerprint, what),
                  "the ledger is damaged: restore it from its backup");
}

std::string der_in(provisioner::certificate_row const& row) {
    auto const der = provisioner::decode_base64(row.certificate);
    if (!der) refuse_damaged(row.fingerprint, "cannot be read");
    if (provisioner::fingerprint_of(*der) != row.fingerprint)
        refuse_damaged(row.fingerprint, "is another one in the ledger");
    return *der;
}

void make_folder(std::string const& folder) {
    if (::mkdir(folder.c_str(), mode_of_folder) == 0) return;
    int const error = errno;
    std::error_code ignored;
    if (error == EEXIST && fs::is_directory(folder, ignored)) {
        // Private keys lie in it from now on.
        if (::chmod(folder.c_str(), mode_of_folder) == 0) return;
    }
    throw failure(broken, fmt::format("--certificates {}: the folder cannot be made or used: {}",
                                      planner::shown(folder), std::generic_category().message(error)));
}

void write_file(fs::path const& file, secret const& content) {
    replaced_file whole(file.string(), mode_of_files);
    auto const text = content.reveal();
    whole.stream().write(text.data(), static_cast<std::streamsize>(text.size()));
    whole.commit();
}

// 192 bits in base64, without what a shell or an XML file would need quotes for.
secret random_password() {
    std::array<unsigned char, 24> bits{};
    randombytes_buf(bits.data(), bits.size());
    auto text = provisioner::encode_base64<provisioner::wiped_string>(bits, provisioner::base64_form::url);
    sodium_memzero(bits.data(), bits.size());
    return secret(std::move(text));
}

provisioner::certificate open_certificate(provisioner::private_key const& key, export_app const& app) {
    auto const pem = key.open(app.sealed);
    if (!pem) refuse_damaged(app.certificate, "cannot be opened");
    auto pair = provisioner::certificate::from_pem(*pem, secret());
    if (!pair || provisioner::fingerprint_of(pair->der()) != app.certificate)
        refuse_damaged(app.certificate, "is sealed as another one");
    return *std::move(pair);
}

// The three files of one; gives the name of the PEM file.
std::string write_one(provisioner::certificate const& pair, fs::path const& stem,
                      std::optional<secret> const& password) {
    auto const file = [&](std::string_view ending) { return fs::path(stem.string() + std::string(ending)); };
    write_file(file(".pem"), pair.pem());
    if (password) {
        write_file(file(".pfx"), pair.pfx(*password));
    } else {
        // Its password is on disk before it is.
        auto const own = random_password();
        write_file(file(".pfx-password"), own);
        write_file(file(".pfx"), pair.pfx(own));
    }
    return file(".pem").string();
}

}  // namespace

std::size_t count_certified(std::span<export_pool const> pools) {
    std::size_t count = 0;
    for (auto const& pool : pools) {
        for (auto const& app : pool.apps) count += app.certificate.empty() ? 0 : 1;
    }
    return count;
}

void add_certificates(std::span<export_pool> pools, provisioner::ledger_reader const& ledger) {
    std::map<std::string, std::vector<export_app*>> wanted;
    for_each_certified(pools, [&](auto&, export_app& app) { wanted[app.certificate].push_back(&app); });
    if (wanted.empty()) return;
    ledger.certificates([&](provisioner::certificate_row&& row) {
        auto const found = wanted.find(row.fingerprint);
        if (found == wanted.end()) return;
        auto const thumbprint = provisioner::thumbprint_of(der_in(row));
        for (auto* const app : found->second) {
            app->thumbprint = thumbprint;
            app->sealed = row.sealed;
        }
        wanted.erase(found);
    });
    if (!wanted.empty()) refuse_damaged(wanted.begin()->first, "is not in the ledger");
}

std::size_t write_certificates(std::span<export_pool> pools, provisioner::private_key const& key,
                               std::string const& folder, std::optional<secret> const& password) {
    make_folder(folder);
    std::map<std::string, std::string> written;  // by fingerprint, the PEM files
    for_each_certified(pools, [&](export_pool const& pool, export_app& app) {
        auto const [known, is_new] = written.try_emplace(app.certificate);
        if (is_new) {
            auto const name = fmt::format("{}_{}", to_string(pool.pool.directory_id), app.thumbprint);
            known->second = write_one(open_certificate(key, app), fs::path(folder) / name, password);
        }
        app.certificate_file = known->second;
    });
    return written.size();
}

}  // namespace poolwright::cli
