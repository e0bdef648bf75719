#include "cli/identity_options.hpp"

#include "cli/failure.hpp"
#include "planner/wording.hpp"
#include "provisioner/managed_identity.hpp"
#include "provisioner/refresh_tokens.hpp"

#include <fmt/format.h>

#include <memory>
#include <string_view>
#include <utility>

namespace poolwright::cli {
namespace {

using provisioner::client_credential;
using provisioner::secret;

// An option and the variable that stands in for it.
struct means {
    identity_kind kind;
    std::string_view words;
    std::string_view option;
    std::string_view variable;
};

constexpr means secret_means{identity_kind::secret, "client secret", "--client-secret-file",
                             "AZURE_CLIENT_SECRET"};
constexpr means certificate_means{identity_kind::certificate, "certificate", "--client-certificate",
                                  "AZURE_CLIENT_CERTIFICATE_PATH"};
constexpr means federated_means{identity_kind::federated, "token of the workload's platform",
                                "--federated-token-file", "AZURE_FEDERATED_TOKEN_FILE"};
constexpr means managed_means{identity_kind::managed, "managed identity", "--managed-identity-id", ""};
constexpr means refresh_means{identity_kind::refresh_token, "refresh token", "--refresh-token-file", ""};
constexpr means id_means{{}, "client id", "--client-id", "AZURE_CLIENT_ID"};

constexpr auto* id_hint = "an id looks like 01234567-89ab-cdef-0123-456789abcdef";

[[noreturn]] void refuse_half(means const& missing) {
    throw failure(wrong_usage, fmt::format("no {} of the provisioning application is given", missing.words),
                  missing.variable.empty()
                      ? fmt::format("use {}", missing.option)
                      : fmt::format("set {}, or use {}", missing.variable, missing.option));
}

[[noreturn]] void refuse_id_alone() {
    throw failure(wrong_usage,
                  "the client id of the provisioning application is given, but no secret, certificate or "
                  "token for it",
                  "set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE, or "
                  "use --client-secret-file, --client-certificate, --federated-token-file or --identity");
}

// One application, put together from what was typed and what the environment says.
class identity_finder {
public:
    identity_finder(identity_sources const& typed, std::chrono::system_clock::time_point now)
        : typed_(typed), now_(now), environment_(take_identity_environment()) {}

    std::optional<identity_found> find() {
        auto const choice = choose_identity(offer());
        auto id = typed_.client_id.empty() ? environment_.client_id : typed_.client_id;
        if (!choice && id.empty()) return std::nullopt;
        // A managed identity may be the caller itself; its platform then tells its id.
        bool const itself = choice && choice->kind == identity_kind::managed && id.empty();
        if (id.empty() && !itself) refuse_half(id_means);
        if (!choice) refuse_id_alone();
        if (!itself) check_id(id);
        identity_found found;
        found.explanation = explain(*choice, id);
        found.identity.client_id = std::move(id);
        found.identity.credential = credential(choice->kind, found);
        return found;
    }

private:
    [[nodiscard]] identity_offer offer() const {
        identity_offer all{.asked = find_identity_kind(typed_.kind), .options = {}, .environment = {}};
        auto const add = [&](means const& what, std::string const& typed, bool set) {
            if (!typed.empty()) all.options.push_back({what.kind, what.option});
            if (set) all.environment.push_back({what.kind, what.variable});
        };
        add(secret_means, typed_.secret_file, !environment_.client_secret.empty());
        add(certificate_means, typed_.certificate, !environment_.certificate.empty());
        add(federated_means, typed_.federated_token, !environment_.federated_token.empty());
        // A refresh token is redeemed with a secret or certificate, which may stand beside it.
        if (!typed_.refresh_token_file.empty())
            all.options.insert(all.options.begin(), {refresh_means.kind, refresh_means.option});
        add(managed_means, typed_.managed_id, false);
        add_platform(all);
        return all;
    }

    // The variables that only a platform with managed identities sets.
    void add_platform(identity_offer& all) const {
        auto const& platform = environment_.platform;
        auto const add = [&](std::string_view name, std::string const& value) {
            if (!value.empty()) all.environment.push_back({identity_kind::managed, name});
        };
        add("IDENTITY_ENDPOINT", platform.identity_endpoint);
        add("MSI_ENDPOINT", platform.msi_endpoint);
        add("AZURE_POD_IDENTITY_AUTHORITY_HOST", platform.imds_host);
    }

    void check_id(std::string const& id) const {
        if (planner::is_guid(id)) return;
        throw failure(
            wrong_usage,
            fmt::format("{}: {} is not an application (client) id",
                        typed_.client_id.empty() ? id_means.variable : id_means.option, planner::shown(id)),
            id_hint);
    }

    client_credential credential(identity_kind kind, identity_found& into) {
        switch (kind) {
            case identity_kind::secret:
                return by_secret(into.warnings);
            case identity_kind::certificate:
                return by_certificate(into.warnings);
            case identity_kind::federated:
                return by_platform();
            case identity_kind::managed:
                into.managed = managed();
                return {};
            case identity_kind::refresh_token:
                return by_person(into);
            case identity_kind::device_code:
                into.signs_in = true;
                into.identity.person = std::make_shared<provisioner::refresh_tokens>(nullptr);
                return {};
        }
        return {};
    }

    client_credential by_secret(warning_list& warnings) {
        if (typed_.secret_file.empty()) {
            if (environment_.client_secret.empty()) refuse_half(secret_means);
            return std::make_shared<secret const>(std::move(environment_.client_secret));
        }
        return named(secret_means, typed_.secret_file, {},
                     [&](std::string const& file) { return secret_from(file, warnings); });
    }

    client_credential by_certificate(warning_list& warnings) {
        return named(
            certificate_means, typed_.certificate, environment_.certificate, [&](std::string const& file) {
                return certificate_from({.certificate = file,
                                         .password = typed_.certificate_password_file,
                                         .send_chain = environment_.send_chain},
                                        std::move(environment_.certificate_password), now_, warnings);
            });
    }

    client_credential by_platform() {
        return named(federated_means, typed_.federated_token, environment_.federated_token,
                     [&](std::string const& file) { return assertion_from(file, now_); });
    }

    [[nodiscard]] std::shared_ptr<provisioner::managed_identity const> managed() const {
        auto platform = provisioner::managed_platform::find(environment_.platform);
        if (platform.has_error()) throw failure(wrong_usage, platform.error());
        if (!typed_.managed_id.empty() && !planner::is_guid(typed_.managed_id)) {
            throw failure(wrong_usage,
                          fmt::format("{}: {} is not a client id", managed_means.option,
                                      planner::shown(typed_.managed_id)),
                          id_hint);
        }
        return std::make_shared<provisioner::managed_identity const>(
            provisioner::managed_identity{std::move(*platform), typed_.managed_id});
    }

    // The application shows itself as well, by whatever else is given; a public client has nothing to show.
    client_credential by_person(identity_found& into) {
        auto& file = into.refresh_token_file = typed_.refresh_token_file;
        if (file.empty()) refuse_half(refresh_means);
        try {
            into.identity.person =
                std::make_shared<provisioner::refresh_tokens>(refresh_token_from(file, into.warnings));
        } catch (bad_secret_file const& error) {
            throw failure(bad_input,
                          fmt::format("{} {}: {}", refresh_means.option, planner::shown(file), error.what()));
        }
        if (!typed_.secret_file.empty() ||
            (typed_.certificate.empty() && !environment_.client_secret.empty()))
            return by_secret(into.warnings);
        if (!typed_.certificate.empty() || !environment_.certificate.empty())
            return by_certificate(into.warnings);
        return {};
    }

    // What the file gives that the option names, or else the variable.
    template <class Read>
    static client_credential named(means const& by, std::string const& typed, std::string const& variable,
                                   Read const& read) {
        auto const& file = typed.empty() ? variable : typed;
        if (file.empty()) refuse_half(by);
        try {
            return read(file);
        } catch (bad_secret_file const& error) {
            throw failure(bad_input, fmt::format("{} {}: {}", typed.empty() ? by.variable : by.option,
                                                 planner::shown(file), error.what()));
        }
    }

    identity_sources const& typed_;
    std::chrono::system_clock::time_point now_;
    identity_environment environment_;
};

}  // namespace

std::optional<identity_found> find_identity(identity_sources const& sources,
                                            std::chrono::system_clock::time_point now) {
    return identity_finder(sources, now).find();
}

void refuse_no_identity() {
    throw failure(
        wrong_usage, "no identity to provision with is given",
        "set AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or use --client-id and --client-secret-file, or "
        "--identities");
}

}  // namespace poolwright::cli
