#include "cli/access_options.hpp"

#include "cli/option_checks.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"
#include "provisioner/https_url.hpp"
#include "throttle/in_flight.hpp"

#include <vector>

namespace poolwright::cli {
namespace {

constexpr int longest_timeout = 600;  // seconds
constexpr auto* group_of_places = "Where";

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

std::string fault_of_client_id(std::string const& text) {
    if (planner::is_guid(text)) return {};
    return planner::shown(text) +
           " is not an application (client) id, which looks like "
           "01234567-89ab-cdef-0123-456789abcdef";
}

void add_addresses(CLI::App& command, access_options& options) {
    constexpr auto* group = group_of_places;
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

void add_only(CLI::App& command, access_options& options) {
    command.add_option("--only", options.only, "Only this tenant: id, domain or name; may be repeated")
        ->type_name("TENANT")
        ->group(group_of_places)
        ->expected(1)
        ->configurable(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// By which an application shows who it is: one of them, so that nobody has to know an order.
std::vector<CLI::Option*> add_means(CLI::App& command, access_options& options, char const* group) {
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

void add_identity(CLI::App& command, access_options& options) {
    constexpr auto* group = "Who enters the tenants";
    auto* const id = command.add_option("--client-id", options.client_id,
                                        "The provisioning application; else AZURE_CLIENT_ID");
    id->type_name("ID")->group(group)->check(checked_by(fault_of_client_id));
    auto* const several = command.add_option(
        "--identities", options.identities,
        "Several provisioning applications, which share the tenants: each has a quota of writes");
    several->type_name("FILE")->group(group)->excludes(id);
    for (auto* const each : add_means(command, options, group)) several->excludes(each);
}

void add_pace(CLI::App& command, access_options& options) {
    command
        .add_option("--concurrency", options.concurrency,
                    "Round trips in flight, 1 to 1,024; auto: quota × latency, at least 64")
        ->type_name("N|auto")
        ->group(group_of_pace)
        ->capture_default_str()
        ->check(number_or_auto(throttle::most_in_flight));
    command.add_option("--request-timeout", options.request_timeout, "For a whole round trip")
        ->type_name("SECONDS")
        ->group(group_of_pace)
        ->capture_default_str()
        ->check(whole_number(1, longest_timeout));
    command.add_option("--limits", options.limits_file, "Quotas other than the published ones")
        ->type_name("FILE")
        ->group(group_of_pace);
}

}  // namespace

void add_who_and_where(CLI::App& command, access_options& options) {
    add_identity(command, options);
    add_addresses(command, options);
}

void add_access_options(CLI::App& command, access_options& options) {
    add_who_and_where(command, options);
    add_only(command, options);
    add_pace(command, options);
}

}  // namespace poolwright::cli
