#include "provisioner/roster.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <unordered_map>

namespace poolwright::provisioner {
namespace {

// Where a pool of the ledger stands in the roster.
struct place {
    std::size_t tenant = 0;
    std::size_t pool = 0;
    std::int64_t planned = 0;
    std::vector<bool> seen;  // by ordinal - 1: the ledger knows it
};

cloud services_of(planner::planned_pool const& row, roster_defaults const& defaults) {
    if (row.cloud.empty()) return defaults.services;
    auto const found = find_cloud(row.cloud);
    if (!found) throw std::logic_error("a plan with an unknown cloud got past its reader");
    return *found;
}

// Those that somebody who is under way may need: the shared ones of the tenants, and those of its slots.
void take_certificates(ledger_reader const& book, std::map<guid, std::size_t> const& by_directory,
                       std::vector<fleet_tenant>& tenants) {
    std::set<std::string> named;
    for (auto const& tenant : tenants) {
        for (auto const& pool : tenant.pools) {
            for (auto const& row : pool.known) named.insert(row.record.certificate);
        }
    }
    book.certificates([&](certificate_row&& row) {
        auto const found = by_directory.find(row.directory_id);
        if (found != by_directory.end() && (row.shared || named.contains(row.fingerprint)))
            tenants[found->second].certificates.push_back(std::move(row));
    });
}

void take_slot(slot_row&& row, place& where, std::vector<fleet_tenant>& tenants, bool verify) {
    if (row.ordinal < 1 || row.ordinal > where.planned) return;
    where.seen[static_cast<std::size_t>(row.ordinal) - 1] = true;
    auto& pool = tenants[where.tenant].pools[where.pool];
    if (row.record.state == slot_state::ready && !verify) {
        ++pool.ready;
    } else {
        pool.known.push_back(std::move(row));
    }
}

}  // namespace

std::vector<fleet_tenant> make_roster(std::span<resolved_pool const> pools, std::span<pool_id const> ids,
                                      ledger_reader const& book, roster_defaults const& defaults) {
    std::vector<fleet_tenant> tenants;
    std::map<guid, std::size_t> by_directory;
    std::unordered_map<pool_id, place> places;
    for (std::size_t i = 0; i < pools.size(); ++i) {
        auto const& row = *pools[i].planned;
        auto const [found, is_new] = by_directory.emplace(pools[i].directory_id, tenants.size());
        if (is_new) {
            tenants.push_back({.directory_id = pools[i].directory_id,
                               .name = row.name.empty() ? row.tenant_id : row.name,
                               .services = services_of(row, defaults),
                               .size = throttle::tenant_size_for(row.mailboxes),
                               .pools = {}});
        }
        auto& tenant = tenants[found->second];
        places[ids[i]] = {.tenant = found->second,
                          .pool = tenant.pools.size(),
                          .planned = row.apps,
                          .seen = std::vector<bool>(static_cast<std::size_t>(row.apps))};
        auto const& uri = row.redirect_uri.empty() ? defaults.redirect_uri : row.redirect_uri;
        tenant.pools.push_back(
            {.id = ids[i], .name = row.pool, .redirect_uri = uri, .fresh = {}, .known = {}});
    }
    for (auto const& row : book.pools()) {
        auto const found = places.find(row.id);
        if (found == places.end()) continue;
        tenants[found->second.tenant].pools[found->second.pool].failed_before = !row.last_error.empty();
    }
    book.slots([&](slot_row&& row) {
        auto const found = places.find(row.pool);
        if (found != places.end()) take_slot(std::move(row), found->second, tenants, defaults.verify);
    });
    take_certificates(book, by_directory, tenants);
    for (auto& [id, where] : places) {
        auto& fresh = tenants[where.tenant].pools[where.pool].fresh;
        for (std::size_t i = 0; i < where.seen.size(); ++i) {
            if (!where.seen[i]) fresh.push_back(static_cast<std::int32_t>(i + 1));
        }
    }
    return tenants;
}

}  // namespace poolwright::provisioner
