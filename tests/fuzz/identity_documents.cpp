#include "tests/fuzz/identity_documents.hpp"

#include "cli/failure.hpp"
#include "cli/identities_file.hpp"
#include "planner/wording.hpp"
#include "provisioner/certificate.hpp"
#include "provisioner/refresh_tokens.hpp"
#include "tests/fuzz/input.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

namespace poolwright::fuzz {
namespace {

namespace json = boost::json;
using provisioner::secret;

// When the file is read: the certificate is good then.
constexpr std::chrono::sys_seconds read_at = std::chrono::sys_days{std::chrono::days(20'000)};

std::set<std::string_view> const file_keys{"client_secret_file", "client_certificate_path",
                                           "client_certificate_password_file", "federated_token_file",
                                           "refresh_token_file"};

constexpr std::string_view own_name = "identities.json";

// A folder for the file of identities and what it may name beside it: the secret `s`, the certificate `c` as
// PEM and `x` as PFX, whose password is in `p`, and the platform's token `t`.
class scratch {
public:
    scratch() {
        auto pattern = (std::filesystem::temp_directory_path() / "poolwright-fuzz-XXXXXX").string();
        require(::mkdtemp(pattern.data()) != nullptr, "a folder for scratch files can be made");
        folder_ = pattern;
        auto const pair = provisioner::certificate::make("fuzz", read_at, read_at + std::chrono::days(100));
        der_ = pair.der();
        lines_ = {{"s", "a-client-secret"},
                  {"p", "the-password"},
                  // {"alg":"none"}, {"exp":4102444800}
                  {"t", "eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln"}};
        for (auto const& [name, line] : lines_) write(name, line);
        write("c", pair.pem().reveal());
        write("x", pair.pfx(secret("the-password")).reveal());
        for (auto const& each : std::filesystem::directory_iterator(folder_))
            std::filesystem::permissions(each, std::filesystem::perms::owner_read);
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;
    ~scratch() { std::filesystem::remove_all(folder_); }

    std::string write(std::string_view name, std::string_view text) {
        auto const file = folder_ / name;
        std::ofstream out(file, std::ios::binary | std::ios::trunc);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        require(out.good(), "a scratch file can be written");
        return file;
    }

    // What stands in the files of one line, by name, and the certificate of `c` and `x`.
    [[nodiscard]] std::map<std::string, std::string> const& lines() const noexcept { return lines_; }
    [[nodiscard]] std::string const& der() const noexcept { return der_; }

private:
    std::filesystem::path folder_;
    std::map<std::string, std::string> lines_;
    std::string der_;
};

scratch& folder() {
    static scratch only;
    return only;
}

// The strings that stand under these keys, anywhere in a document.
void collect(json::value const& value, std::set<std::string_view> const& keys,
             std::vector<std::string>& found) {
    if (auto const* array = value.if_array()) {
        for (auto const& each : *array) collect(each, keys, found);
    } else if (auto const* object = value.if_object()) {
        for (auto const& [key, each] : *object) {
            if (each.is_string() && keys.count(key) > 0)
                found.emplace_back(std::string_view(each.get_string()));
            collect(each, keys, found);
        }
    }
}

std::vector<std::string> strings_at(std::string_view text, std::set<std::string_view> const& keys) {
    std::vector<std::string> found;
    boost::system::error_code failed;
    auto const value = json::parse(text, failed);
    if (!failed) collect(value, keys, found);
    return found;
}

// Whether that is what stands in the file that the entry names under the key.
bool is_named(json::object const& entry, std::string_view key, secret const& text) {
    auto const* const name = entry.if_contains(key);
    if (name == nullptr || !name->is_string()) return false;
    auto const found = folder().lines().find(std::string(std::string_view(name->get_string())));
    return found != folder().lines().end() && text.reveal() == found->second;
}

void check_credential(json::object const& entry, provisioner::client_credential const& how) {
    using provisioner::certificate_credential;
    if (auto const* const text = std::get_if<std::shared_ptr<secret const>>(&how)) {
        require(is_named(entry, "client_secret_file", **text),
                "an identity has the secret of the file that it names");
    } else if (auto const* const pair = std::get_if<certificate_credential>(&how)) {
        require(entry.contains("client_certificate_path") && pair->key->der() == folder().der(),
                "an identity has the certificate of the file that it names");
        auto const* const chain = entry.if_contains("send_certificate_chain");
        require(pair->send_chain == (chain != nullptr && chain->as_bool()),
                "a certificate is sent where the file says so");
    } else if (auto const* const source = std::get_if<std::shared_ptr<provisioner::assertion_source>>(&how)) {
        auto const token = (*source)->current(read_at);
        require(token != nullptr && is_named(entry, "federated_token_file", *token),
                "an identity has the token of the file that it names");
    } else {
        require(entry.contains("refresh_token_file"), "an identity is known by something");
    }
}

void check_identities(json::array const& entries, std::vector<cli::identity_found> const& all) {
    std::set<std::string> seen;
    require(!all.empty() && all.size() == entries.size(), "every identity of an accepted file is there");
    for (std::size_t i = 0; i < all.size(); ++i) {
        auto const& one = all[i].identity;
        auto const& entry = entries[i].as_object();
        require(planner::is_guid(one.client_id), "a client id is a GUID");
        require(seen.insert(one.client_id).second, "no client id stands in the file twice");
        check_credential(entry, one.credential);
        require((one.person != nullptr) == entry.contains("refresh_token_file"),
                "an identity acts for a person where the file says so");
        if (one.person == nullptr) continue;
        require(is_named(entry, "refresh_token_file", *one.person->newest()),
                "an identity has the refresh token of the file that it names");
    }
}

// What is said of a file of identities; nothing if it is accepted.
std::string said_of_identities(std::string_view text) {
    std::vector<cli::identity_found> all;
    try {
        all = cli::read_identities(folder().write(own_name, text), read_at);
    } catch (cli::failure const& refused) {
        require(refused.code() == cli::bad_input && refused.has_places(), "a bad file is bad input");
        return refused.what();
    }
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
    check_identities(json::parse(text).at("identities").as_array(), all);
    return {};
}

}  // namespace

void fuzz_identities(std::string_view text) {
    // Only what lies in the scratch folder is looked for: elsewhere lies what is none of an input's business.
    for (auto const& file : strings_at(text, file_keys))
        if (file.find('/') != std::string::npos || file.starts_with('.') || file == own_name) return;
    // Put in the place of each secret, another that no message has by chance.
    constexpr std::string_view other = "a-secret-in-the-wrong-place";
    if (said_of_identities(text).find(other) != std::string::npos) return;
    std::set<std::string_view> const private_keys{"client_secret", "client_id"};
    for (auto const& secret : strings_at(text, private_keys)) {
        auto const at = text.find(secret);
        if (at == std::string_view::npos) continue;
        auto const changed = std::string(text).replace(at, secret.size(), other);
        auto const now = strings_at(changed, private_keys);
        if (std::find(now.begin(), now.end(), other) == now.end()) continue;
        require(said_of_identities(changed).find(other) == std::string::npos,
                "what may be a secret in the wrong place is never repeated");
    }
}

}  // namespace poolwright::fuzz
