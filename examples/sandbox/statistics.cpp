#include "examples/sandbox/statistics.hpp"

#include <algorithm>
#include <set>

namespace poolwright::sandbox {
namespace {

std::string_view tag_value(std::vector<std::string_view> const& tags, std::string_view prefix) {
    auto const found = std::ranges::find_if(tags, [&](auto tag) { return tag.starts_with(prefix); });
    return found == tags.end() ? std::string_view() : found->substr(prefix.size());
}

bool has_tag(std::vector<std::string_view> const& tags, std::string_view tag) {
    return std::ranges::find(tags, tag) != tags.end();
}

// The slots and intents that were met so far in one tenant.
struct sightings {
    std::set<std::string> slots;
    std::set<std::string, std::less<>> intents;

    // True if either was met before.
    bool meet(application const& app, std::vector<std::string_view> const& tags) {
        auto const pool = tag_value(tags, "poolwright:pool=");
        auto const intent = tag_value(tags, "poolwright:intent=");
        auto const same_slot =
            !app.unique_name.empty() && !slots.insert(std::string(pool) + '\n' + app.unique_name).second;
        auto const same_intent = !intent.empty() && !intents.emplace(intent).second;
        return same_slot || same_intent;
    }
};

void count(inventory& total, application const& app, sightings& seen) {
    if (!is_live(app)) return;
    ++total.applications;
    auto const tags = tags_of(app);
    if (!has_tag(tags, "poolwright")) return;
    if (seen.meet(app, tags)) ++total.duplicates;
    auto const kept =
        std::ranges::count_if(app.credentials, [](credential const& each) { return each.gone_at == never; });
    if (kept > 1) total.orphan_credentials += static_cast<std::uint64_t>(kept - 1);
}

}  // namespace

inventory take_inventory(directory const& objects) {
    inventory total;
    for (auto const& [tenant, applications] : objects.tenants()) {
        sightings seen;
        for (auto const& app : applications) count(total, *app, seen);
    }
    return total;
}

boost::json::object to_json(statistics const& counted, inventory const& found) {
    boost::json::object requests;
    for (auto const& [route, statuses] : counted.requests) {
        boost::json::object by_status;
        for (auto const& [status, count] : statuses) by_status[std::to_string(status)] = count;
        requests[route] = std::move(by_status);
    }
    return {{"requests", std::move(requests)},    {"throttled", counted.throttled},
            {"early_calls", counted.early_calls}, {"overlapping_writes", counted.overlapping_writes},
            {"duplicates", found.duplicates},     {"orphan_credentials", found.orphan_credentials},
            {"applications", found.applications}};
}

}  // namespace poolwright::sandbox
