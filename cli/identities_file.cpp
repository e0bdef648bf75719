#include "cli/identities_file.hpp"

#include "cli/failure.hpp"
#include "cli/whole_file.hpp"
#include "planner/json_document.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"
#include "provisioner/refresh_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view schema_name = "poolwright.identities/1";
constexpr std::string_view list_name = "identities";
constexpr std::size_t longest_path = 4096;
constexpr std::string_view secret_key = "client_secret_file";
constexpr std::string_view certificate_key = "client_certificate_path";
constexpr std::string_view password_key = "client_certificate_password_file";
constexpr std::string_view chain_key = "send_certificate_chain";
constexpr std::string_view federated_key = "federated_token_file";
constexpr std::string_view refresh_key = "refresh_token_file";

// What stands wrong is never repeated in a message: it may be a secret in the wrong place.
class identities_reader {
public:
    identities_reader(std::string const& file, std::chrono::system_clock::time_point now)
        : file_(file), folder_(std::filesystem::path(file).parent_path()), now_(now) {}

    std::vector<identity_found> read(std::string_view text) {
        std::vector<identity_found> all;
        auto const document = planner::parse_document(text, schema_name, file_, problems_);
        if (document) read_list(*document, all);
        if (!problems_.empty()) throw failure(problems_);
        return all;
    }

private:
    using reader = planner::object_reader;

    void read_list(json::object const& document, std::vector<identity_found>& all) {
        reader in(document, {}, file_, problems_);
        in.refuse_others({"schema", list_name});
        auto const* const list = in.array(list_name);
        if (list == nullptr) return;
        if (list->empty()) in.refuse(list_name, "needs at least one identity");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto const* const one = planner::object_at(*list, i, list_name, file_, problems_);
            if (one != nullptr) all.push_back(read_identity(*one, i));
        }
    }

    identity_found read_identity(json::object const& from, std::size_t index) {
        identity_found found;
        reader in(from, {list_name, index}, file_, problems_);
        in.refuse_others({"client_id", secret_key, certificate_key, password_key, chain_key, federated_key,
                          refresh_key, "tenants", "client_secret"});
        if (in.has("client_secret"))
            in.refuse("client_secret",
                      "a secret never stands in this file; name its file as client_secret_file");
        found.identity.client_id = read_client_id(in);
        read_credential(in, found);
        if (in.has(refresh_key)) read_person(in, found);
        if (in.has("tenants")) found.tenants = read_tenants(in);
        return found;
    }

    std::string read_client_id(reader& in) {
        auto id = planner::in_lower_case(in.text("client_id", longest_path));
        if (id.empty()) return id;
        if (!planner::is_guid(id)) in.refuse("client_id", "must be an application (client) id");
        if (std::ranges::find(ids_, id) != ids_.end())
            in.refuse("client_id", "the same application stands in the file before");
        ids_.push_back(id);
        return id;
    }

    // One of them; where there is none, the simplest one is missing.
    void read_credential(reader& in, identity_found& into) {
        for (auto const key : {password_key, chain_key}) {
            if (in.has(key) && !in.has(certificate_key)) in.refuse(key, "is only of use with a certificate");
        }
        for (auto const key : {certificate_key, federated_key}) {
            if (in.has(secret_key) && in.has(key)) return in.refuse(key, "stands beside another means");
        }
        if (in.has(certificate_key) && in.has(federated_key))
            return in.refuse(federated_key, "stands beside another means");
        if (in.has(certificate_key)) {
            certificate_files const rest{.certificate = {},
                                         .password = in.has(password_key) ? path_at(in, password_key) : "",
                                         .send_chain = in.has(chain_key) && in.flag(chain_key)};
            read_file(in, certificate_key, into, [&](std::string const& file) {
                auto all = rest;
                all.certificate = file;
                return certificate_from(all, {}, now_, into.warnings);
            });
        } else if (in.has(federated_key)) {
            read_file(in, federated_key, into,
                      [&](std::string const& file) { return assertion_from(file, now_); });
        } else if (in.has(secret_key) || !in.has(refresh_key)) {
            read_file(in, secret_key, into,
                      [&](std::string const& file) { return secret_from(file, into.warnings); });
        }
    }

    // Of a person for whom the application acts; a public client has nothing else.
    void read_person(reader& in, identity_found& into) {
        if (in.has(federated_key)) return in.refuse(refresh_key, "stands beside another means");
        auto const file = into.refresh_token_file = path_at(in, refresh_key);
        if (file.empty()) return;
        try {
            into.identity.person =
                std::make_shared<provisioner::refresh_tokens>(refresh_token_from(file, into.warnings));
        } catch (bad_secret_file const& error) {
            in.refuse(refresh_key, fmt::format("{}: {}", planner::shown(file), error.what()));
        }
    }

    // Empty if there is none, which is then a problem.
    std::string path_at(reader& in, std::string_view key) {
        auto named = in.text(key, [](std::string_view text) { return !text.empty(); }, "must name a file");
        if (named.size() > longest_path) {
            in.refuse(key, fmt::format("is longer than {} bytes", longest_path));
            named.clear();
        }
        return named.empty() ? named : (folder_ / named).string();
    }

    template <class Read>
    void read_file(reader& in, std::string_view key, identity_found& into, Read const& read) {
        auto const file = path_at(in, key);
        if (file.empty()) return;
        try {
            into.identity.credential = read(file);
        } catch (bad_secret_file const& error) {
            in.refuse(key, fmt::format("{}: {}", planner::shown(file), error.what()));
        }
    }

    static std::vector<std::string> read_tenants(reader& in) {
        std::vector<std::string> tenants;
        auto const* const list = in.array("tenants");
        if (list == nullptr) return tenants;
        if (list->empty())
            in.refuse("tenants", "needs at least one tenant; without it the identity is for all");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto const place = fmt::format("tenants[{}]", i);
            auto const* const text = (*list)[i].if_string();
            if (text == nullptr) {
                in.refuse(place, "must be a directory id or a domain");
            } else if (auto const fault = planner::check_tenant_id(*text)) {
                in.refuse(place, *fault);
            } else {
                tenants.push_back(planner::in_lower_case(*text));
            }
        }
        return tenants;
    }

    std::string file_;
    std::filesystem::path folder_;
    std::chrono::system_clock::time_point now_;
    planner::problem_list problems_;
    std::vector<std::string> ids_;
};

}  // namespace

std::vector<identity_found> read_identities(std::string const& path,
                                            std::chrono::system_clock::time_point now) {
    return identities_reader(path, now).read(read_document(path).text);
}

}  // namespace poolwright::cli
