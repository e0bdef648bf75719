#include "provisioner/naming.hpp"
#include "tests/simulate/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

// What must hold of directory and ledger whenever a run has finished.

namespace poolwright::simulate {
using namespace provisioner;
namespace {

using live_applications =
    std::map<std::pair<std::string, std::string>, std::vector<sandbox::application_view>>;

// Live applications by tenant and uniqueName.
live_applications live_in(sandbox::directory_model const& model) {
    live_applications found;
    model.visit_applications([&](sandbox::application_view const& app) {
        if (!app.deleted) found[{app.tenant_id, app.unique_name}].push_back(app);
    });
    return found;
}

std::multiset<std::string> wanted_grants(planner::permission_profile const& profile) {
    std::multiset<std::string> wanted;
    for (auto const& resource : profile.resources)
        wanted.insert(resource.permissions.begin(), resource.permissions.end());
    return wanted;
}

struct check {
    std::vector<std::string>& broken;
    std::string slot;

    void that(bool holds, std::string_view what) const {
        if (!holds) broken.push_back(fmt::format("{}: {}", slot, what));
    }
};

void check_application(sandbox::application_view const& app, slot_record const& known,
                       planner::permission_profile const& profile, check const& hold) {
    hold.that(app.id == to_string(known.object_id), "the ledger knows another object id");
    hold.that(app.app_id == to_string(known.application_id), "the ledger knows another application id");
    auto const has = [&](std::string const& tag) {
        return std::find(app.tags.begin(), app.tags.end(), tag) != app.tags.end();
    };
    hold.that(has("poolwright") && has("poolwright:pool=exchange"), "its tags are missing");
    hold.that(has(intent_tag(known.intent)), "it carries another intent than the ledger knows");
    hold.that(app.sign_in_audience == "AzureADMyOrg", "it is not single tenant");
    hold.that(app.redirect_uris == std::vector<std::string>{"https://console.example/adminconsole"},
              "wrong redirect URI");
    hold.that(app.principal_id == to_string(known.principal_id),
              "the ledger knows another service principal");
    std::multiset<std::string> granted;
    for (auto const& grant : app.grants) granted.insert(grant.role);
    hold.that(granted == wanted_grants(profile), "its permissions are not those of the profile");
}

// What the ledger keeps of a certificate opens it: the private key is its own.
void check_sealed(certificate_row const* row, std::string const& der, opened_secrets& opened,
                  check const& hold) {
    hold.that(row != nullptr, "the ledger does not have its certificate");
    if (row == nullptr) return;
    hold.that(opened.in(row->sealed) != nullptr, "its certificate cannot be opened");
    hold.that(opened.certificate_in(row->sealed) == der, "the sealed certificate is another one");
}

void check_certificates(sandbox::application_view const& app, slot_record const& known,
                        std::set<std::string> const& all_known, check const& hold) {
    bool found = false;
    for (auto const& each : app.certificates) {
        bool const is_own = each.key_id == to_string(known.key_id);
        found = found || (is_own && fingerprint_of(each.certificate) == known.certificate);
        hold.that(is_own || known.adopted || each.name != "poolwright" || all_known.contains(each.key_id),
                  "a certificate that no ledger knows was left behind");
    }
    hold.that(found == !known.certificate.empty(), "the certificate of the ledger is not on it");
}

void check_credentials(sandbox::application_view const& app, slot_record const& known, opened_secrets& opened,
                       std::set<std::string> const& all_known, check const& hold) {
    bool found = false;
    for (auto const& credential : app.credentials) {
        if (credential.key_id != to_string(known.key_id)) {
            hold.that(known.adopted || all_known.contains(credential.key_id),
                      "a credential that no ledger knows was left behind");
            continue;
        }
        found = true;
        auto const* const kept = opened.in(known.sealed);
        hold.that(kept != nullptr && kept->reveal() == credential.secret_text,
                  "the sealed secret does not open it");
    }
    hold.that(found || !known.certificate.empty(), "the credential of the ledger is not on it");
}

}  // namespace

// By any ledger: one may have adopted what another made.
std::set<std::string> world::credentials_known_beside(std::string const& one_ledger) {
    std::set<std::string> keys;
    for (auto const& [ledger_name, keeper] : keepers_) {
        if (ledger_name == one_ledger) continue;
        for (auto const& row : slots(ledger_name)) keys.insert(to_string(row.record.key_id));
    }
    return keys;
}

std::vector<std::string> world::broken_promises(std::string const& ledger_name, promise_scope const& scope) {
    std::vector<std::string> broken;
    auto const slots_here = slots(ledger_name);
    auto all_known = credentials_known_beside(ledger_name);
    for (auto const& row : slots_here) all_known.insert(to_string(row.record.key_id));
    auto const live = live_in(*model_);
    std::map<pool_id, pool_row> pools;
    if (auto const* const reader = reader_of(ledger_name)) {
        for (auto& pool : reader->pools()) pools.emplace(pool.id, pool);
    }
    auto const certificates_here = certificates(ledger_name);
    std::size_t ready = 0;
    for (auto const& row : slots_here) {
        auto const& known = row.record;
        auto const name = unique_name("exchange", row.ordinal);
        check const hold{broken, fmt::format("pool {} {}", row.pool, name)};
        hold.that(!pools.at(row.pool).last_error.empty() || known.state != slot_state::open ||
                      result(ledger_name).interrupted,
                  "neither ready nor explained");
        bool const explained =
            known.state == slot_state::ready || known.state == slot_state::open || !known.reason.empty();
        hold.that(explained, "pending or failed without a reason");
        if (known.state != slot_state::ready) continue;
        ++ready;
        if (scope.excused.contains(to_string(known.object_id))) continue;
        auto const tenant_id = to_string(pools.at(row.pool).directory_id);
        auto const found = live.find({tenant_id, name});
        hold.that(found != live.end(), "ready, but there is no such application");
        if (found == live.end()) continue;
        hold.that(found->second.size() == 1, "made twice");
        check_application(found->second.front(), known, options.profile, hold);
        check_credentials(found->second.front(), known, opened_, all_known, hold);
        check_certificates(found->second.front(), known, all_known, hold);
        if (known.certificate.empty()) continue;
        auto const kept = certificates_here.find(known.certificate);
        for (auto const& each : found->second.front().certificates) {
            if (each.key_id == to_string(known.key_id))
                check_sealed(kept == certificates_here.end() ? nullptr : &kept->second, each.certificate,
                             opened_, hold);
        }
    }
    for (auto& each : take_seen()) broken.push_back(std::move(each));
    check const whole{broken, "directory"};
    auto const inventory = model_->take_inventory();
    whole.that(inventory.duplicates == 0, "duplicates");
    if (scope.counts_of_directory) {
        whole.that(model_->counted().overlapping_writes == 0, "writes overlapped on one object");
        whole.that(model_->counted().early_calls == 0, "a call came before its Retry-After");
    }
    // Ready apps that were to be verified and were not any more are not counted.
    auto const& reported = result(ledger_name);
    whole.that(reported.interrupted || !reported.tenants.empty() ||
                   static_cast<std::int64_t>(ready) == reported.counts.ready,
               "the run counted otherwise than the ledger");
    return broken;
}

}  // namespace poolwright::simulate
