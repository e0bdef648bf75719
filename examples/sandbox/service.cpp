#include "examples/sandbox/service.hpp"

#include "examples/sandbox/record.hpp"
#include "examples/sandbox/well_known.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace poolwright::sandbox {
namespace {

constexpr std::chrono::milliseconds arrival_slack{100};

bool is_domain_character(char c) noexcept {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
}

bool is_domain(std::string_view name) noexcept {
    return name.size() <= 253 && name.find('.') != std::string_view::npos && !name.starts_with('.') &&
           !name.ends_with('.') && name.find("..") == std::string_view::npos &&
           std::ranges::all_of(name, is_domain_character);
}

}  // namespace

std::vector<std::string> provisioning_roles() {
    return {"Application.ReadWrite.OwnedBy",
            "AppRoleAssignment.ReadWrite.All",
            "Application.Read.All",
            "Organization.Read.All",
            "Policy.Read.All",
            "Reports.Read.All",
            "User.Read.All"};
}

std::vector<std::string> provisioning_scopes() {
    return {"Application.ReadWrite.All",
            "AppRoleAssignment.ReadWrite.All",
            "Directory.Read.All",
            "Organization.Read.All",
            "Policy.Read.All",
            "Reports.Read.All",
            "User.Read.All"};
}

service::service(settings given)
    : options(std::move(given)),
      random(options.seed),
      tokens(options.seed),
      refresh_tokens(options.seed, "refresh tokens"),
      links(options.seed, "links"),
      quotas(options.limits, options.latency + arrival_slack),
      reports(options.latency + arrival_slack),
      faults(options.faults.rules) {
    for (auto const& [name, what] : options.faults.tenants) {
        if (auto const tenant = tenant_named(name)) unusual_tenants[*tenant] = what;
        clocks_differ |= what.skew != std::chrono::seconds(0);
    }
}

tenant_fault const& service::fault_of(guid const& tenant) const noexcept {
    static tenant_fault const none;
    auto const found = unusual_tenants.find(tenant);
    return found == unusual_tenants.end() ? none : found->second;
}

identity const* service::identity_of(guid const& client_id) const noexcept {
    auto const found = std::ranges::find(options.identities, client_id, &identity::client_id);
    return found == options.identities.end() ? nullptr : &*found;
}

bool service::end_credentials(guid const& client_id, time_point at) noexcept {
    auto const found = std::ranges::find(options.identities, client_id, &identity::client_id);
    if (found == options.identities.end()) return false;
    found->secret_ends = at;
    for (auto& each : found->certificates) each.ends = at;
    return true;
}

std::int64_t service::users_of(guid const& tenant) const noexcept {
    if (auto const& mailboxes = fault_of(tenant).mailboxes) {
        auto const shared = fault_of(tenant).shared_mailboxes.value_or(*mailboxes / 8);
        return *mailboxes + shared + *mailboxes / 10;  // and those without a mailbox
    }
    if (options.users) return *options.users;
    // 10 × 500^x with x from the id: most tenants of a provider are small.
    auto const x = static_cast<double>(hash_value(tenant) >> 11) * 0x1.0p-53;
    return static_cast<std::int64_t>(10.0 * std::pow(500.0, x));
}

void service::record(application const& app) const {
    if (options.journal) options.journal(encode(app));
}

void service::record_erased(application const& app) const {
    if (options.journal) options.journal(encode_erased(app));
}

guid partner_tenant() {
    return name_based_guid("graph-sandbox/partner");
}

national_cloud home_of(service const& all, guid const& tenant) noexcept {
    auto const& what = all.fault_of(tenant);
    if (what.kind != tenant_kind::wrong_cloud) return all.options.cloud;
    auto const elsewhere =
        all.options.cloud == national_cloud::global ? national_cloud::usgov : national_cloud::global;
    return what.cloud.value_or(elsewhere);
}

std::string graph_url(service const& all) {
    return "https://" + std::string(facts_of(all.options.cloud).graph_host);
}

std::optional<guid> tenant_named(std::string_view name) {
    if (auto const id = parse_guid(name)) return id;
    if (!is_domain(name)) return std::nullopt;
    std::string lower(name);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return name_based_guid("domain/" + lower);
}

role_bits graph_role_bits(std::span<std::string const> names) noexcept {
    auto const roles = well_known_resources()[microsoft_graph].roles;
    role_bits bits = 0;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        if (std::ranges::find(names, roles[i].name) != names.end()) bits |= role_bits{1} << i;
    }
    return bits;
}

}  // namespace poolwright::sandbox
