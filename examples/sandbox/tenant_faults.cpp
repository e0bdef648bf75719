#include "examples/sandbox/tenant_faults.hpp"

#include "examples/sandbox/authority.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

// The code's texts: learn.microsoft.com/entra/identity-platform/reference-error-codes; that of 900382 and
// 900432 as in the field (psignoret/aad-sso-wordpress issue 244).
reply in_another_cloud(service const& all, call const& about, guid const& tenant, tenant_fault const& what) {
    if (what.code != 90'038) {
        return authority_error(about, 400, "invalid_request", what.code,
                               "Confidential Client is not supported in Cross Cloud request.");
    }
    auto const& there = facts_of(home_of(all, tenant));
    return authority_error(
        about, 400, "invalid_request", 90'038,
        fmt::format("The specified tenant '{0}' belongs to the National Cloud '{1}'. Current cloud instance "
                    "'{2}' does not federate with {1}. A cloud redirect error is returned.",
                    to_string(tenant), there.instance, facts_of(all.options.cloud).instance));
}

reply not_installed(call const& about, std::string_view client_id, guid const& tenant) {
    return authority_error(
        about, 400, "unauthorized_client", 700'016,
        fmt::format(
            "Application with identifier '{}' was not found in the directory '{}'. This can happen if "
            "the application has not been installed by the administrator of the tenant or consented to "
            "by any user in the tenant. You may have sent your authentication request to the wrong "
            "tenant.",
            client_id, to_string(tenant)));
}

reply not_authorized(call const& about, identity const& who, guid const& tenant) {
    return authority_error(
        about, 400, "invalid_grant", 90'099,
        fmt::format(
            "The application '{}' ({}) has not been authorized in the tenant '{}'. Applications must be "
            "authorized to access the customer tenant before partner delegated administrators can use "
            "them. Provide pre-consent or execute the appropriate Partner Center API to authorize the "
            "application.",
            to_string(who.client_id), who.name, to_string(tenant)));
}

reply secret_has_expired(call const& about, std::string_view client_id) {
    return authority_error(
        about, 401, "invalid_client", 7'000'222,
        fmt::format(
            "The provided client secret keys for app '{}' are expired. Visit the Azure portal to create "
            "new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate "
            "credentials for added security: https://aka.ms/certCreds.",
            client_id));
}

reply certificate_has_expired(call const& about, std::string_view client_id) {
    return authority_error(
        about, 401, "invalid_client", 700'027,
        fmt::format(
            "Client assertion contains an invalid signature. [Reason - The key used is expired., Please "
            "visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for "
            "app Id '{}'.]",
            client_id));
}

reply blocked_by_conditional_access(call const& about) {
    return authority_error(
        about, 400, "invalid_grant", 53'003,
        "Access has been blocked by Conditional Access policies. The access policy does not "
        "allow token issuance.");
}

reply disabled(call const& about, identity const& who) {
    return authority_error(
        about, 401, "unauthorized_client", 7'000'112,
        fmt::format("Application '{}'({}) is disabled.", to_string(who.client_id), who.name));
}

bool shows_assertion(call const& about) {
    return about.message.body.find("client_assertion=") != std::string::npos;
}

std::int64_t counted(service const& all, guid const& tenant) noexcept {
    auto const found = all.asked_of_tenant.find(tenant);
    return found == all.asked_of_tenant.end() ? 0 : found->second;
}

}  // namespace

std::optional<reply> refuse_token_request(service& all, call const& about, guid const& tenant) {
    auto const& what = all.fault_of(tenant);
    if (what.kind == tenant_kind::wrong_cloud) return in_another_cloud(all, about, tenant, what);
    if (what.kind != tenant_kind::throttled_authority) return std::nullopt;
    if (++all.asked_of_tenant[tenant] > what.requests) return std::nullopt;
    return authority_throttled(about);
}

std::optional<reply> refuse_identity(service const& all, call const& about, guid const& tenant,
                                     std::string_view client_id) {
    auto const id = parse_guid(client_id);
    auto const* const who = id ? all.identity_of(*id) : nullptr;
    if (who == nullptr) return std::nullopt;
    switch (all.kind_of(tenant)) {
        case tenant_kind::not_installed:
            return not_installed(about, client_id, tenant);
        case tenant_kind::app_disabled:
            return disabled(about, *who);
        case tenant_kind::conditional_access:
            return blocked_by_conditional_access(about);
        case tenant_kind::not_authorized_by_partner:
            return not_authorized(about, *who, tenant);
        case tenant_kind::expired_secret:
            if (!shows_assertion(about)) return secret_has_expired(about, client_id);
            return std::nullopt;
        case tenant_kind::expired_certificate:
            if (shows_assertion(about)) return certificate_has_expired(about, client_id);
            return std::nullopt;
        default:
            return std::nullopt;
    }
}

std::optional<reply> refuse_person(service const& all, call const& about, guid const& tenant,
                                   identity const& who) {
    if (all.kind_of(tenant) != tenant_kind::guest) return std::nullopt;
    return authority_error(
        about, 400, "invalid_grant", 50'020,
        fmt::format(
            "User account '{{EmailHidden}}' from identity provider "
            "'https://sts.windows.net/{}/' does not exist in tenant '{}' and cannot access the application "
            "'{}'({}) in that tenant. The account needs to be added as an external user in the tenant "
            "first. Sign out and sign in again with a different Azure Active Directory user account.",
            to_string(partner_tenant()), to_string(tenant), to_string(who.client_id), who.name));
}

bool is_consented(service const& all, guid const& tenant) noexcept {
    auto const& what = all.fault_of(tenant);
    if (what.kind == tenant_kind::no_consent) return false;
    return what.kind != tenant_kind::revoked || counted(all, tenant) <= what.requests;
}

std::vector<std::string> consented(service const& all, guid const& tenant, std::vector<std::string> names) {
    if (!is_consented(all, tenant)) return {};
    auto const& missing = all.fault_of(tenant).roles;
    std::erase_if(names,
                  [&](std::string const& each) { return std::ranges::find(missing, each) != missing.end(); });
    return names;
}

void count_consented_request(service& all, guid const& tenant) {
    if (all.kind_of(tenant) == tenant_kind::revoked) ++all.asked_of_tenant[tenant];
}

void set_clock(service const& all, call& about, guid const& tenant) {
    about.now = about.arrival + all.fault_of(tenant).skew;
}

}  // namespace poolwright::sandbox
