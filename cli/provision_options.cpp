#include "cli/provision_options.hpp"

#include "cli/option_checks.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"
#include "provisioner/https_url.hpp"
#include "provisioner/naming.hpp"
#include "throttle/in_flight.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace poolwright::cli {
namespace {

constexpr int longest_timeout = 600;      // seconds
constexpr int longest_deadline = 86'400;  // seconds
constexpr int longest_lifetime = 36'500;  // days

// A check in the form CLI11 wants: the fault in a sentence, or nothing.
template <class Check>
CLI::Validator checked_by(Check check) {
    return CLI::Validator([check](std::string& value) -> std::string { return check(value); }, "");
}

std::string fault_of_url(std::string const& text) {
    auto const parsed = provisioner::parse_https_url(text);
    return parsed ? std::string() : parsed.error();
}

std::string fault_of_graph_url(std::string const& text) {
    auto fault = fault_of_url(text);
    if (!fault.empty()) return fault;
    bool const versioned = provisioner::parse_https_url(text)->path.ends_with("/v1.0");
    return versioned ? "leave out /v1.0, which every call to Microsoft Graph brings along" : "";
}

std::string fault_of_redirect_uri(std::string const& text) {
    return planner::check_redirect_uri(text).value_or("");
}

std::string fault_of_display_name(std::string const& text) {
    auto const parsed = provisioner::display_pattern::parse(text);
    return parsed ? std::string() : parsed.error();
}

std::string fault_of_client_id(std::string const& text) {
    if (planner::is_guid(text)) return {};
    return planner::shown(text) +
           " is not an application (client) id, which looks like "
           "01234567-89ab-cdef-0123-456789abcdef";
}

// A number from 1 to `most`, or `auto`.
auto fault_of_count(int most) {
    return [most](std::string const& text) -> std::string {
        if (text == "auto") return {};
        int value = 0;
        auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value >= 1 && value <= most)
            return {};
        return fmt::format("{} is neither `auto` nor a whole number from 1 to {}", planner::shown(text),
                           planner::grouped(most));
    };
}

void add_addresses(CLI::App& command, provision_options& options) {
    constexpr auto* group = "Where";
    auto* const authority = command.add_option("--authority-url", options.authority_url,
                                               "The authority that gives tokens (https)");
    auto* const graph =
        command.add_option("--graph-url", options.graph_url, "Microsoft Graph or a stand-in for it (https)");
    auto* const cloud = command.add_option("--cloud", options.cloud,
                                           "The Microsoft cloud: global (default), usgov, dod or china");
    authority->type_name("URL")->group(group)->check(checked_by(fault_of_url))->excludes(cloud);
    graph->type_name("URL")->group(group)->check(checked_by(fault_of_graph_url))->excludes(cloud);
    cloud->type_name("NAME")->group(group)->check(one_of_words({"global", "usgov", "dod", "china"}));
    command.add_option("--ca-file", options.ca_file, "Trust these certificates instead of the system's")
        ->type_name("PEM")
        ->group(group);
}

// By which an application shows who it is: one of them, so that nobody has to know an order.
std::vector<CLI::Option*> add_means(CLI::App& command, provision_options& options, char const* group) {
    auto* const kind = command.add_option(
        "--identity", options.identity,
        "By which means, where several are given: secret, certificate, federated, managed, refresh-token or "
        "device-code");
    kind->type_name("KIND")->group(group)->check(
        one_of_words({"secret", "certificate", "federated", "managed", "refresh-token", "device-code"}));
    auto* const secret = command.add_option("--client-secret-file", options.client_secret_file,
                                            "The file that holds its secret; else AZURE_CLIENT_SECRET");
    auto* const certificate =
        command.add_option("--client-certificate", options.client_certificate,
                           "Its certificate and private key, PEM or PFX; else AZURE_CLIENT_CERTIFICATE_PATH");
    auto* const password =
        command.add_option("--client-certificate-password-file", options.client_certificate_password_file,
                           "The file that holds the password of that key, if it has one; "
                           "else AZURE_CLIENT_CERTIFICATE_PASSWORD");
    auto* const federated = command.add_option("--federated-token-file", options.federated_token_file,
                                               "The token of the workload's platform, which the application "
                                               "trusts; else AZURE_FEDERATED_TOKEN_FILE");
    auto* const managed = command.add_option(
        "--managed-identity-id", options.managed_identity_id,
        "The managed identity that the application trusts, if it is not the machine's own");
    auto* const refresh = command.add_option("--refresh-token-file", options.refresh_token_file,
                                             "The refresh token of a person for whom the application acts "
                                             "(GDAP), beside its secret or certificate");
    secret->excludes(certificate)->excludes(federated)->excludes(managed);
    certificate->excludes(federated)->excludes(managed);
    federated->excludes(managed)->excludes(refresh);
    managed->excludes(refresh)->type_name("ID")->group(group)->check(checked_by(fault_of_client_id));
    for (auto* const file : {secret, certificate, password, federated, refresh})
        file->type_name("FILE")->group(group);
    return {kind, secret, certificate, password, federated, managed, refresh};
}

void add_identity(CLI::App& command, provision_options& options) {
    constexpr auto* group = "Who provisions, and the keys";
    auto* const id = command.add_option("--client-id", options.client_id,
                                        "The provisioning application; else AZURE_CLIENT_ID");
    id->type_name("ID")->group(group)->check(checked_by(fault_of_client_id));
    auto* const several = command.add_option(
        "--identities", options.identities,
        "Several provisioning applications, which share the tenants: each has a quota of writes");
    several->type_name("FILE")->group(group)->excludes(id);
    for (auto* const each : add_means(command, options, group)) several->excludes(each);
    command
        .add_option("--public-key", options.public_key,
                    "The key that secrets are sealed to (default: fleet.pub in the configuration folder)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--key-file", options.key_file,
                    "The private key, used if it is there (default: fleet.key beside it)")
        ->type_name("FILE")
        ->group(group);
    command
        .add_option("--key-passphrase-file", options.key_passphrase_file,
                    "The file that holds its passphrase; without one a protected key is not used")
        ->type_name("FILE")
        ->group(group);
}

void add_made(CLI::App& command, provision_options& options) {
    constexpr auto* group = "What is made";
    command
        .add_option("--redirect-uri", options.redirect_uri,
                    "The backup product's console, registered with each app")
        ->type_name("URL")
        ->group(group)
        ->check(checked_by(fault_of_redirect_uri));
    command
        .add_option("--display-name", options.display_name,
                    fmt::format("How apps are shown; fields {{pool}}, {{ordinal}}, {{tenant}} (default: {})",
                                provisioner::display_pattern::standard))
        ->type_name("PATTERN")
        ->group(group)
        ->check(checked_by(fault_of_display_name));
    command
        .add_option(
            "--credential", options.credential,
            "How apps show who they are: secret, certificate, or auto: a certificate where the tenant "
            "forbids secrets")
        ->type_name("KIND")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"secret", "certificate", "auto"}));
    command
        .add_option("--certificate", options.certificate,
                    "One for all apps of a tenant, or one for each: per-tenant, per-app")
        ->type_name("SHARE")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"per-tenant", "per-app"}));
    command.add_option("--lifetime", options.lifetime, "How long a secret or a certificate lives")
        ->type_name("DAYS")
        ->group(group)
        ->capture_default_str()
        ->check(whole_number(1, longest_lifetime));
    command.add_option("--only", options.only, "Only this tenant: id, domain or name; may be repeated")
        ->type_name("TENANT")
        ->group(group)
        ->expected(1)
        ->configurable(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command.add_flag("--verify", options.verify, "Also compare ready apps with their tenant, and mend them")
        ->configurable(false)
        ->group(group);
    command
        .add_flag("--adopt", options.adopt,
                  "Take over apps of another ledger, by adding a credential to them")
        ->configurable(false)
        ->group(group);
    command.add_flag("--restore-deleted", options.restore_deleted, "Restore deleted apps that hold a name")
        ->configurable(false)
        ->group(group);
    command
        .add_flag("--recreate", options.recreate,
                  "Make apps again that --verify finds missing; their old keys are gone")
        ->configurable(false)
        ->group(group);
}

void add_pace(CLI::App& command, provision_options& options) {
    constexpr auto* group = "Pace";
    command
        .add_option("--concurrency", options.concurrency,
                    "Round trips in flight, 1 to 1,024; auto: quota × latency, at least 64")
        ->type_name("N|auto")
        ->group(group)
        ->capture_default_str()
        ->check(checked_by(fault_of_count(throttle::most_in_flight)));
    command
        .add_option("--per-tenant", options.per_tenant,
                    "Those in one tenant, 1 to 64; auto: quota × latency, at least 8")
        ->type_name("N|auto")
        ->group(group)
        ->capture_default_str()
        ->check(checked_by(fault_of_count(throttle::most_in_tenant)));
    command.add_option("--request-timeout", options.request_timeout, "For a whole round trip")
        ->type_name("SECONDS")
        ->group(group)
        ->capture_default_str()
        ->check(whole_number(1, longest_timeout));
    command
        .add_option("--step-deadline", options.step_deadline,
                    "How long a step may wait for replication before the app is pending")
        ->type_name("SECONDS")
        ->group(group)
        ->capture_default_str()
        ->check(whole_number(1, longest_deadline));
    command
        .add_option("--priority", options.priority,
                    "Whom Graph refuses first when a tenant is busy: low, for bulk runs in business hours; "
                    "normal or high")
        ->type_name("LEVEL")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"low", "normal", "high"}));
    command.add_option("--limits", options.limits_file, "Quotas other than the published ones")
        ->type_name("FILE")
        ->group(group);
}

}  // namespace

void add_provision_options(CLI::App& command, provision_options& options) {
    command.add_option("FILE", options.file, "TENANTS.csv, a saved PLAN.json, or - for standard input")
        ->type_name("")
        ->required();
    command.add_flag("--dry-run", options.dry_run, "Say what would be done; send nothing, make nothing")
        ->configurable(false);
    command.add_flag("-y,--yes", options.yes, "Do not ask; required without a terminal")->configurable(false);
    command.add_option("--events", options.events, "Write what happens as JSON lines; - is standard output")
        ->type_name("FILE|-");
    add_made(command, options);
    add_identity(command, options);
    add_addresses(command, options);
    add_pace(command, options);
}

}  // namespace poolwright::cli
