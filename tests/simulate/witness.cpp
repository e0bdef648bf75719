#include "tests/simulate/witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace poolwright::simulate {
namespace {

using std::chrono::nanoseconds;

// What stands between the two in the text; empty if there is no such thing.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    auto const begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    auto const rest = text.substr(begin + before.size());
    return rest.substr(0, rest.find(after));
}

bool is_write(sandbox::request const& asked) {
    return asked.method != "GET";
}

bool is_of_graph(sandbox::request const& asked) {
    return asked.target.starts_with("/v1.0/");
}

// The id in the path of a write to something that exists: an application's or a service principal's.
std::string_view target_id(sandbox::request const& asked) {
    for (auto const collection :
         {"/v1.0/applications/", "/v1.0/servicePrincipals/", "/v1.0/directory/deletedItems/"}) {
        if (asked.target.starts_with(collection)) return between(asked.target, collection, "/");
    }
    return {};
}

// What a write changes or makes, so that two of the same are two writes to one object.
std::string object_of(sandbox::request const& asked) {
    if (auto const id = target_id(asked); !id.empty()) return std::string(id);
    if (asked.target == "/v1.0/applications")
        return std::string(between(asked.body, R"("uniqueName":")", "\""));
    return "principal of " + std::string(between(asked.body, R"("appId":")", "\""));
}

// How a hold is remembered: what is not meant is left out.
std::string hold_key(std::string_view client, std::string_view tenant, bool writes) {
    return fmt::format("{}|{}|{}", client, tenant, writes ? "writes" : "reads");
}

}  // namespace

witness::caller witness::caller_of(sandbox::request const& asked) const {
    if (!is_of_graph(asked)) {
        // The authority's waits are not Graph's.
        return {.client = "to the authority " + std::string(between(asked.body, "client_id=", "&")),
                .tenant = "authority of " + std::string(between(asked.target, "/", "/"))};
    }
    auto const header = sandbox::find_header(asked.headers, "Authorization");
    auto const known = bearers_.find(header.substr(std::min<std::size_t>(header.size(), 7)));
    return known == bearers_.end() ? caller{} : known->second;
}

void witness::sending(sandbox::request const& asked, nanoseconds now) {
    check_waits(asked, now);
    if (!is_of_graph(asked) || !is_write(asked)) return;
    // One writer per object; the tenant is part of its name where it has no id yet.
    if (!writing_.insert(caller_of(asked).tenant + object_of(asked)).second)
        broken_.push_back(
            fmt::format("{} {}: another write to this object is under way", asked.method, asked.target));
}

void witness::check_waits(sandbox::request const& asked, nanoseconds now) {
    auto const [client, tenant] = caller_of(asked);
    bool const writes = is_write(asked);
    for (auto const& key :
         {hold_key(client, tenant, writes), hold_key(client, "", writes), hold_key("", tenant, writes)}) {
        auto const found = held_.find(key);
        if (found == held_.end()) continue;
        auto const held = std::ranges::find_if(
            found->second, [now](auto const& each) { return each.from < now && now < each.until; });
        if (held == found->second.end()) continue;
        broken_.push_back(fmt::format("{} {}: sent {:.3f} s before its Retry-After ({})", asked.method,
                                      asked.target, std::chrono::duration<double>(held->until - now).count(),
                                      key));
    }
}

void witness::answered(sandbox::request const& asked, sandbox::reply const* reply, told_to_wait const* wait,
                       nanoseconds now) {
    auto const [client, tenant] = caller_of(asked);
    if (is_of_graph(asked) && is_write(asked)) writing_.erase(tenant + object_of(asked));
    if (reply != nullptr && reply->status == 200 && !is_of_graph(asked)) {
        auto const token = between(reply->body, R"("access_token":")", "\"");
        if (!token.empty())
            bearers_[std::string(token)] = {.client = std::string(between(asked.body, "client_id=", "&")),
                                            .tenant = std::string(between(asked.target, "/", "/"))};
    }
    if (wait == nullptr || wait->until <= now) return;
    bool const of_application = wait->scope == "Application";
    bool const of_tenant = wait->scope == "Tenant";
    for (bool const writes : {true, false}) {
        if (!writes && wait->only_writes) continue;
        auto& held = held_[hold_key(of_tenant ? "" : client, of_application ? "" : tenant, writes)];
        std::erase_if(held, [now](auto const& each) { return each.until <= now; });
        if (std::ranges::none_of(held, [wait](auto const& each) { return each.until >= wait->until; }))
            held.push_back({.from = now, .until = wait->until});
    }
}

void witness::arriving(sandbox::request const& asked) {
    if (!is_of_graph(asked) || !is_write(asked)) return;
    if (asked.method == "DELETE") {
        broken_.push_back(fmt::format("DELETE {}: nothing is ever deleted", asked.target));
        return;
    }
    auto id = target_id(asked);
    if (id.empty()) id = between(asked.body, R"("appId":")", "\"");
    if (id.empty()) return;
    auto const tenant = caller_of(asked).tenant;
    if (auto const app = model_.find_application(tenant, id)) check_target(asked, *app);
}

void witness::check_target(sandbox::request const& asked, sandbox::application_view const& app) {
    if (excused_.contains(app.id)) return;
    auto const tag = std::ranges::find(app.tags, std::string("poolwright"));
    if (tag == app.tags.end())
        broken_.push_back(fmt::format("{} {}: {} is not ours", asked.method, asked.target, app.display_name));
    bool const replaces = asked.method == "PATCH" && asked.body.find("keyCredentials") != std::string::npos;
    if (replaces) check_replaced(asked, app);
    bool const removes = replaces && !app.certificates.empty();
    if (!removes && !asked.target.ends_with("/removePassword")) return;
    static constexpr std::string_view prefix = "poolwright:intent=";
    auto const intent =
        std::ranges::find_if(app.tags, [](auto const& each) { return each.starts_with(prefix); });
    if (intent == app.tags.end() || !is_ours_(std::string_view(*intent).substr(prefix.size())))
        broken_.push_back(
            fmt::format("{}: removes a credential from an app of another ledger", asked.target));
}

// A list of certificates takes the place of those that are there.
void witness::check_replaced(sandbox::request const& asked, sandbox::application_view const& app) {
    for (auto const& each : app.certificates) {
        if (each.name != "poolwright")
            broken_.push_back(
                fmt::format("{}: takes the place of somebody else's certificate", asked.target));
    }
}

void witness::process_ended(bool remembers, nanoseconds died) {
    constexpr auto recorded_within = std::chrono::seconds(1);
    for (auto& [key, holds] : held_) {
        bool const is_of_authority = key.find("authority") != std::string::npos;
        std::erase_if(holds, [&](auto const& each) {
            return !remembers || is_of_authority || each.from + recorded_within > died;
        });
    }
    writing_.clear();
    excused_.clear();
}

}  // namespace poolwright::simulate
