#include "cli/identity_start.hpp"

#include "cli/failure.hpp"
#include "cli/person_tokens.hpp"
#include "planner/wording.hpp"
#include "provisioner/managed_identity.hpp"
#include "provisioner/refresh_tokens.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

namespace poolwright::cli {
namespace {

constexpr char const* managed_hint =
    "give this machine a managed identity, or name one with --managed-identity-id; without one use another "
    "--identity";
constexpr std::string_view graph_application_id = "00000003-0000-0000-c000-000000000000";

std::chrono::system_clock::time_point wall_now() {
    return std::chrono::system_clock::now();
}

// The application is known by the platform's token, which is renewed while the run goes on.
void start_assertion(identity_found& identity, provisioner::cloud const& services,
                     provision_session& session) {
    auto const source = std::make_shared<provisioner::managed_assertion>(
        *identity.managed, std::string(services.token_exchange));
    auto const reply = session.ask(source->request());
    if (auto const why = source->absorb(reply, wall_now()); !why.empty())
        throw failure(reply.has_error() ? unreachable : refused, why, managed_hint);
    source->renew_by(session.sender(), wall_now);
    identity.identity.credential = std::shared_ptr<provisioner::assertion_source>(source);
}

// It enters its home tenant alone, and only the token tells which that is.
void start_itself(identity_found& identity, identity_surroundings const& around, provision_session& session) {
    auto const resource = around.services.graph.url();
    auto const reply =
        session.ask(identity.managed->platform.token_request(resource, identity.managed->client_id));
    if (reply.has_error()) {
        throw failure(unreachable, "the platform gives no token of a managed identity: " + reply.error().text,
                      managed_hint);
    }
    auto const token = provisioner::read_managed_reply(*reply, wall_now());
    if (token.has_error()) throw failure(refused, token.error(), managed_hint);
    if (token->tenant.empty() || token->application.empty())
        throw failure(refused, "the token of the managed identity does not say whose it is");
    for (auto const& tenant : around.tenants) {
        auto const id = provisioner::parse_guid(tenant);
        if (!id || *id == token->tenant) continue;
        throw failure(
            bad_input,
            fmt::format("the managed identity belongs to the tenant {} and cannot enter {} by itself",
                        to_string(token->tenant), planner::shown(tenant)),
            "name an application of many tenants that trusts it with --client-id");
    }
    identity.tenants = std::vector{to_string(token->tenant)};
    identity.identity.client_id = to_string(token->application);
    identity.identity.itself = identity.managed;
}

void start_person(identity_found& identity, identity_surroundings const& around, provision_session& session) {
    take_kept_token(identity, around.keys);
    if (!identity.signs_in || identity.identity.person->newest() != nullptr) return;
    if (!around.may_ask) {
        throw failure(wrong_usage, "a person must sign in, and --no-input forbids to ask one",
                      "sign in once without it; later runs use what that brought");
    }
    provisioner::sign_in_question const question{
        .authority = &around.services.authority,
        .tenant = "organizations",
        .client_id = identity.identity.client_id,
        .resource_application_id = std::string(graph_application_id)};
    auto const token = session.sign_in(question);
    if (session.interrupted()) return;
    if (token.has_error()) throw failure(refused, token.error());
    identity.identity.person->renewed(*token);
}

}  // namespace

void start_identities(std::vector<identity_found>& identities, identity_surroundings const& around,
                      provision_session& session) {
    for (auto& each : identities) {
        if (each.managed != nullptr && each.identity.client_id.empty()) {
            start_itself(each, around, session);
        } else if (each.managed != nullptr) {
            start_assertion(each, around.services, session);
        } else if (each.identity.person != nullptr) {
            start_person(each, around, session);
        }
    }
}

}  // namespace poolwright::cli
