#pragma once

#include "examples/sandbox/message.hpp"
#include "examples/sandbox/random.hpp"
#include "examples/sandbox/trusted_keys.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <span>
#include <unordered_map>
#include <unordered_set>

// The objects of all tenants, stored compactly: 100,000 tenants of six applications each fit into a good half
// gigabyte. What an application has besides its name is kept as interned JSON text per property, because
// pools are made from one template.

namespace poolwright::sandbox {

// One property as the caller gave it; both texts are interned in the directory, the value is JSON.
struct property {
    std::string const* name;
    std::string const* value;
};
using property_list = std::vector<property>;

// The JSON text of that property; null if it was never given.
std::string const* find_property(property_list const& all, std::string_view name) noexcept;

struct credential {
    guid key_id;
    std::string const* name = nullptr;  // interned; null: none
    secret_text secret{};
    time_point starts;
    time_point ends;
    time_point usable_from;      // the token endpoint refuses it until then
    time_point listed_from;      // reads of the application lack it until then
    time_point gone_at = never;  // removed: neither listed nor usable from then on
};

struct grant {
    guid entry;  // second half of the assignment's id; the first is the principal
    time_point created;
    time_point seen_from;  // neither listed nor in a token until then
    time_point gone_at = never;
    std::uint8_t resource = 0;  // indexes well_known_resources()
    std::uint8_t role = 0;      // indexes its roles
};

struct principal {
    guid id;
    time_point created;
    time_point visible_from;
    time_point deleted_at = never;
    bool enabled = true;
    property_list properties;
    std::vector<grant> grants;
};

struct application {
    guid tenant;
    guid id;
    guid app_id;
    guid created_by;             // the application id of its owner; all zero: somebody in the portal
    std::uint64_t sequence = 0;  // the order of creation, for paging
    std::string name;
    std::string unique_name;  // empty: null
    std::string tags;         // each ends with a line feed
    property_list properties;
    std::vector<credential> credentials;
    std::vector<key_credential> keys;
    std::vector<federated_credential> federated;
    std::unique_ptr<principal> service_principal;
    time_point created;
    time_point visible_from;
    time_point busy_until;  // a write that arrives earlier overlaps another
    time_point deleted_at = never;
};

inline bool is_live(application const& app) noexcept {
    return app.deleted_at == never;
}

// There, and replicated.
bool is_visible(application const& app, time_point now) noexcept;
bool is_visible(principal const& one, time_point now) noexcept;
bool is_listed(credential const& one, time_point now) noexcept;
bool is_seen(grant const& one, time_point now) noexcept;

// Deleted for longer than the thirty days in which it can be restored.
bool is_past_retention(application const& app, time_point now) noexcept;

std::vector<std::string_view> tags_of(application const& app);

class directory {
public:
    using tenant_applications = std::vector<std::unique_ptr<application>>;

    // Live or deleted, visible or not; null if the tenant has none with that id.
    [[nodiscard]] application* by_id(guid const& tenant, guid const& id) const noexcept;
    [[nodiscard]] application* by_app_id(guid const& tenant, guid const& app_id) const noexcept;
    [[nodiscard]] application* by_principal(guid const& tenant, guid const& principal_id) const noexcept;
    [[nodiscard]] application* by_unique_name(guid const& tenant,
                                              std::string_view unique_name) const noexcept;

    // In the order of creation.
    [[nodiscard]] std::span<std::unique_ptr<application> const> in_tenant(guid const& tenant) const noexcept;
    [[nodiscard]] std::unordered_map<guid, tenant_applications, boost::hash<guid>> const& tenants()
        const noexcept {
        return tenants_;
    }

    // Applications and service principals, deleted ones too: what the tenant's quota counts.
    [[nodiscard]] std::int64_t objects_in(guid const& tenant) const noexcept;

    // Takes the place of an application with the same id, if there is one (a journal is read back).
    application& put(std::unique_ptr<application> app);
    void set_principal(application& app, std::unique_ptr<principal> one);
    void erase(application const& app);

    // Erases what was deleted more than thirty days ago.
    void forget_expired(guid const& tenant, time_point now);

    [[nodiscard]] std::uint64_t next_sequence() noexcept { return ++last_sequence_; }

    // The one copy of that text; lives as long as the directory.
    std::string const* intern(std::string_view text);

    // Replaces or adds one property.
    void set_property(property_list& all, std::string_view name, std::string_view json);

private:
    [[nodiscard]] application* indexed(guid const& tenant, guid const& key) const noexcept;
    void unindex(application const& app);

    std::unordered_map<guid, tenant_applications, boost::hash<guid>> tenants_;
    boost::unordered_flat_map<guid, application*>
        index_;  // by object id, application id and service principal's id
    std::unordered_set<std::string> texts_;
    std::uint64_t last_sequence_ = 0;
};

}  // namespace poolwright::sandbox
