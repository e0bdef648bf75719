#include "provisioner/slot.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace poolwright::provisioner {
namespace {

slot_act act_of(step next) noexcept {
    switch (next) {
        case step::create_application:
            return slot_act::create;
        case step::add_credential:
            return slot_act::add_credential;
        case step::remove_credential:
            return slot_act::remove_credential;
        default:
            return slot_act::none;
    }
}

std::uint64_t all_permissions(slot_policy const& policy) noexcept {
    auto const count = policy.profile.permission_count();
    constexpr std::size_t bits = 64;
    return count >= bits ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

std::size_t first_missing(std::uint64_t granted) noexcept {
    std::size_t at = 0;
    while ((granted >> at & 1U) != 0) ++at;
    return at;
}

std::optional<secret> open_sealed(private_key const& key, std::string_view sealed) {
    auto opened = key.open(sealed);
    if (!opened) return std::nullopt;
    return std::move(*opened);
}

step step_before_application(slot_progress const& progress) {
    if (!progress.page.empty()) return step::search_deleted;
    // A taken name that nothing answers to: it may not have arrived yet, or be held by a deleted application.
    // Look for both in turn.
    if (progress.name_taken && progress.misses % 2 == 1) return step::search_deleted;
    if (progress.look_first || progress.name_taken) return step::look_up_application;
    return step::create_application;
}

step step_of_principal(slot const& what, slot_policy const& policy) {
    auto const& progress = what.progress;
    bool const unseen = progress.verify && !progress.principal_inspected;
    if (unseen || what.record.principal_id.empty()) {
        return unseen || progress.principal_exists ? step::look_up_principal : step::create_principal;
    }
    if (progress.verify && !progress.grants_inspected) return step::inspect_grants;
    return progress.granted == all_permissions(policy) ? step::finished : step::grant;
}

step step_after_proof(slot const& what) {
    // On an application of another ledger no credential is ever removed, so there is nothing to look for.
    if (what.record.unsettled_since == wall_seconds{} || what.record.adopted) return step::finished;
    return what.progress.remove_key.empty() ? step::list_credentials : step::remove_credential;
}

// What takes the place of all certificates of an application must know them.
step step_of_new_credential(slot const& what, slot_policy const& policy) {
    bool const must_look = makes_certificate(what, policy) && !what.progress.certificates_seen;
    return must_look ? step::inspect_application : step::add_credential;
}

bool makes_credential(step next) noexcept {
    return next == step::create_application || next == step::add_credential;
}

// Which credential the next call makes; false if the record says so already.
bool choose_credential(slot& what, slot_surroundings const& around) {
    auto& known = what.record;
    bool const is_pair = makes_certificate(what, *around.policy);
    auto const wanted = is_pair ? fingerprint_of(what.progress.pair->der()) : std::string();
    bool const other = known.certificate != wanted;
    // The one before it opens nothing any more; it may still lie on the application.
    bool const gives_up = is_pair && !known.key_id.empty();
    if (gives_up && other) known.unsettled_since = std::chrono::floor<std::chrono::seconds>(around.now);
    if (gives_up || other) {
        known.key_id = {};
        known.proven = false;
    }
    known.certificate = wanted;
    if (!is_pair) return other;
    known.sealed.clear();
    known.expires_at = what.progress.pair->valid_until();
    return gives_up || other;
}

graph_access access_to(slot_surroundings const& around) {
    return {.graph = &around.services->graph,
            .bearer = around.bearer,
            .client_request_id = to_string(random_guid(*around.random))};
}

std::chrono::sys_seconds credential_end(slot_surroundings const& around) {
    return std::chrono::floor<std::chrono::seconds>(around.now) + around.policy->lifetime;
}

application_spec spec_of(slot const& what, slot_surroundings const& around) {
    return {.pool = std::string(around.pool),
            .ordinal = what.ordinal,
            .intent = what.record.intent,
            .display_name = what.record.display_name,
            .redirect_uri = std::string(around.redirect_uri),
            .credential_until = credential_end(around),
            .with = what.record.certificate.empty() ? nullptr : what.progress.pair.get(),
            .profile = &around.policy->profile,
            .roles = around.roles};
}

http_request proof_request(slot const& what, slot_surroundings const& around) {
    auto const& resource = around.policy->profile.resources.at(what.progress.proofs);
    auto const id = to_string(what.record.application_id);
    token_question const question{.authority = &around.services->authority,
                                  .directory = around.directory_id,
                                  .client_id = id,
                                  .resource_application_id = resource.application_id,
                                  .number = random_guid(*around.random),
                                  .now = std::chrono::floor<std::chrono::seconds>(around.now)};
    if (what.record.certificate.empty()) return token_request(question, what.progress.credential);
    return token_request(question, certificate_credential{.key = what.progress.pair});
}

}  // namespace

slot resume(slot_record record, std::int32_t ordinal, private_key const* opener, bool verify,
            std::chrono::system_clock::time_point now, std::shared_ptr<certificate const> pair) {
    slot what{.ordinal = ordinal, .record = std::move(record), .progress = {}};
    auto& known = what.record;
    auto& progress = what.progress;
    bool const has_application = !known.object_id.empty();
    bool const interrupted = known.state == slot_state::open && !verify;
    // An earlier run may have made service principal and grants already: three reads, where the quotas of
    // writes are what a run waits for. And somebody may have changed the application since.
    progress.verify = has_application;
    progress.look_first = !has_application && known.act == slot_act::create;
    // Whenever the lost call was sent, it was before now. What it made is known where it was a certificate
    // that is still there to go on with.
    if (known.act == slot_act::add_credential && pair == nullptr)
        known.unsettled_since = std::chrono::floor<std::chrono::seconds>(now);
    if (has_application) known.act = slot_act::none;
    // What is ready is proven again where its secret can be opened; it is never replaced for that, since the
    // product may be using it.
    bool const may_open = opener != nullptr && !known.key_id.empty() && known.certificate.empty();
    auto opened = may_open ? open_sealed(*opener, known.sealed) : std::nullopt;
    progress.pair = std::move(pair);
    bool const is_usable = opened.has_value() || progress.pair != nullptr;
    progress.prove_again = known.state == slot_state::ready && is_usable;
    // What was only interrupted gets the whole patience again; what is looked at again for its own sake is
    // judged by its age.
    if (interrupted || !has_application) known.since = std::chrono::floor<std::chrono::seconds>(now);
    known.state = slot_state::open;
    known.reason.clear();
    if (known.key_id.empty() || (known.proven && !progress.prove_again)) return what;
    if (opened) progress.credential = std::make_shared<secret const>(std::move(*opened));
    progress.replace_credential = !is_usable;
    return what;
}

bool makes_certificate(slot const& what, slot_policy const& policy) {
    auto const& known = what.record;
    bool const is_one = !known.object_id.empty() && !known.certificate.empty() &&
                        (!known.key_id.empty() || what.progress.pair != nullptr);
    bool const must_be = policy.credential == credential_kind::automatic && what.progress.secrets_forbidden;
    return is_one || must_be || policy.credential == credential_kind::certificate;
}

bool lacks_certificate(slot const& what, step next, slot_policy const& policy) {
    return makes_credential(next) && makes_certificate(what, policy) && what.progress.pair == nullptr;
}

std::chrono::seconds least_rest_of(slot_policy const& policy) noexcept {
    return std::chrono::seconds(policy.lifetime) / 2;
}

step next_step(slot const& what, slot_policy const& policy) {
    auto const& known = what.record;
    auto const& progress = what.progress;
    if (!progress.deleted.empty()) return step::restore_application;
    if (progress.seek_deleted) return step::search_deleted;
    if (known.object_id.empty()) return step_before_application(progress);
    if (progress.verify && !progress.application_inspected) return step::inspect_application;
    if (known.key_id.empty()) return step_of_new_credential(what, policy);
    if (auto const next = step_of_principal(what, policy); next != step::finished) return next;
    // Not before it is needed: a process that is killed again and again would add one each time.
    if (progress.replace_credential) return step_of_new_credential(what, policy);
    if (!known.proven || progress.prove_again) return step::prove;
    return step_after_proof(what);
}

bool begin_act(slot& what, step next, slot_surroundings const& around) {
    auto& known = what.record;
    bool const chosen = makes_credential(next) && choose_credential(what, around);
    if (known.act == act_of(next) && !chosen) return false;
    known.act = act_of(next);
    known.act_key = what.progress.remove_key;
    if (next == step::create_application && known.intent.empty()) {
        known.intent = random_guid(*around.random);
        known.display_name = around.policy->display_name.name(around.pool, what.ordinal, around.tenant_name);
    }
    return true;
}

http_request request_for(step next, slot const& what, slot_surroundings const& around) {
    auto const& known = what.record;
    auto const& progress = what.progress;
    auto const access = access_to(around);
    switch (next) {
        case step::create_application:
            return create_application_request(access, spec_of(what, around));
        case step::look_up_application:
            return look_up_application_request(access, unique_name(around.pool, what.ordinal));
        case step::search_deleted:
            return search_deleted_request(access, progress.page);
        case step::restore_application:
            return restore_application_request(access, progress.deleted);
        case step::add_credential:
            if (!known.certificate.empty())
                return register_certificate_request(access, known.object_id, *progress.pair);
            return add_credential_request(access, known.object_id, credential_end(around));
        case step::remove_credential:
            if (progress.remove_certificate)
                return keep_certificates_request(access, known.object_id, progress.kept_certificates);
            return remove_credential_request(access, known.object_id, progress.remove_key);
        case step::create_principal:
            return create_principal_request(access, known.application_id);
        case step::look_up_principal:
            return look_up_principal_request(access, known.application_id);
        case step::grant:
            return grant_request(access, known.principal_id,
                                 (*around.roles)[first_missing(progress.granted)]);
        case step::inspect_grants:
            return inspect_grants_request(access, known.principal_id, progress.page);
        case step::prove:
            return proof_request(what, around);
        case step::list_credentials:
        case step::inspect_application:
            return inspect_application_request(access, known.object_id);
        default:
            throw std::logic_error(fmt::format("no request for a slot's step: {}", to_string(next)));
    }
}

}  // namespace poolwright::provisioner
