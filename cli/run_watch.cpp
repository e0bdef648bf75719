#include "cli/run_watch.hpp"

#include "cli/progress.hpp"
#include "cli/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace poolwright::cli {

namespace json = boost::json;

namespace {

constexpr std::string_view tenant_failed = "tenant_failed";
constexpr std::size_t most_troubles = 500;
constexpr std::size_t most_points = 600;  // of the curve; more than a screen shows
constexpr std::size_t most_waits = 12;

// Of an event that tells of something going wrong; empty: it tells of nothing like that.
std::string_view trouble_in(std::string_view event) noexcept {
    constexpr std::array<std::string_view, 5> kinds{tenant_failed, "app_failed", "app_pending",
                                                    "identity_fallback", "certificates_instead"};
    auto const* const found = std::ranges::find(kinds, event);
    return found == kinds.end() ? std::string_view() : *found;
}

// The reasons that a step waits for, as words that last.
std::string_view lasting(std::string_view reason) noexcept {
    constexpr std::array<std::string_view, 3> reasons{"throttle", "replication", "error"};
    auto const* const found = std::ranges::find(reasons, reason);
    return found == reasons.end() ? std::string_view() : *found;
}

json::object counts_json(provisioner::fleet_counts const& counts) {
    return {{"planned", counts.planned},     {"ready", counts.ready},
            {"created", counts.created},     {"pending", counts.pending},
            {"failed", counts.failed},       {"replicating", counts.waiting_for_replication},
            {"throttled", counts.throttled}, {"calls", counts.calls},
            {"writes", counts.writes}};
}

}  // namespace

run_watch::run_watch(std::vector<provisioner::fleet_tenant> const& tenants, run_expectation expected,
                     time_point began)
    : expected_(std::move(expected)), began_(began), remaining_(expected_.forecast.progress) {
    for (auto const& each : tenants) {
        watched one{.id = to_string(each.directory_id), .name = visible(each.name)};
        for (auto const& pool : each.pools) one.ready += pool.ready;
        one.planned = one.ready + provisioner::slots_left(each);
        if (one.ready == one.planned) one.is = state::ready;
        planned_ += one.planned;
        ready_before_ += one.ready;
        places_.emplace(each.directory_id, tenants_.size());
        tenants_.push_back(std::move(one));
    }
    version_ = 1;
}

void run_watch::note(provisioner::fleet_event const& event, time_point at) {
    auto const found = places_.find(event.directory_id);
    if (found == places_.end()) return;
    auto& one = tenants_[found->second];
    ++version_;
    change(one, event.type);
    if (event.type == "waiting") wait(one, lasting(event.reason), since_beginning(at) + event.wait);
    auto const kind = trouble_in(event.type);
    if (kind.empty()) return;
    if (kind == tenant_failed) return fail(found->second, event.reason);
    auto app = event.ordinal == 0 ? std::string() : fmt::format("{} {}", visible(event.pool), event.ordinal);
    complain(found->second, std::move(app), kind, event.reason);
}

void run_watch::lose(lost_tenant const& one) {
    ++version_;
    tenants_.push_back({.id = visible(one.tenant.id),
                        .name = visible(one.tenant.name),
                        .planned = one.apps,
                        .is = state::failed,
                        .changed = version_});
    planned_ += one.apps;
    fail(tenants_.size() - 1, one.reason.why);
}

// Told again, it is with all that was wrong there: instead of what was told before.
void run_watch::fail(std::size_t tenant, std::string_view why) {
    if (!std::exchange(tenants_[tenant].is_told_failed, true)) {
        ++failed_tenants_;
        return complain(tenant, {}, tenant_failed, why);
    }
    auto const told = std::ranges::find_if(
        troubles_, [&](auto const& each) { return each.tenant == tenant && each.kind == tenant_failed; });
    if (told == troubles_.end()) return;
    told->why = visible(why);
    told->version = version_;
}

// Of all that waits in a tenant what waits longest is shown.
void run_watch::wait(watched& one, std::string_view reason, seconds until) {
    if (until <= one.waits_until) return;
    one.waits_for = reason;
    one.waits_until = until;
}

// What went wrong in a tenant stays to be seen there.
void run_watch::change(watched& one, std::string_view event) {
    auto const before = one.is;
    auto const ready_before = one.ready;
    if (event == "app_ready") ++one.ready;
    if (event == tenant_failed || event == "app_failed") {
        one.is = state::failed;
    } else if (event == "app_pending" && one.is != state::failed) {
        one.is = state::pending;
    } else if (one.is == state::open || one.is == state::working) {
        one.is = one.ready == one.planned ? state::ready : state::working;
    }
    if (one.is != before || one.ready != ready_before) one.changed = version_;
}

void run_watch::complain(std::size_t tenant, std::string app, std::string_view kind, std::string_view why) {
    ++all_troubles_;
    if (troubles_.size() == most_troubles) return;
    troubles_.push_back(
        {.tenant = tenant, .app = std::move(app), .kind = kind, .why = visible(why), .version = version_});
}

void run_watch::sample(provisioner::fleet_counts const& counts, time_point at) {
    auto const since = since_beginning(at);
    if (!curve_.empty() && since - curve_.back().at < between_points_) return;
    ++version_;
    curve_.push_back({.at = since, .done = done_in(counts), .writes = counts.writes, .version = version_});
    if (curve_.size() > most_points) thin_out();
}

// Every other point, and from now on half as many: who comes late to a long run is sent a curve of a bounded
// size.
void run_watch::thin_out() {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < curve_.size(); i += 2) curve_[kept++] = curve_[i];
    curve_.resize(kept);
    between_points_ = (curve_.back().at - curve_.front().at) / static_cast<double>(kept);
}

json::object run_watch::beginning() const {
    json::array tenants;
    tenants.reserve(tenants_.size());
    for (auto const& each : tenants_) tenants.push_back(json::array{each.name, each.id, each.planned});
    json::array progress;
    for (auto const each : expected_.forecast.progress) progress.push_back(each.count());
    return {{"tenants", std::move(tenants)},
            {"planned", planned_},
            {"ready_before", ready_before_},
            {"forecast",
             {{"seconds", expected_.forecast.time.count()},
              {"binding", expected_.forecast.binding},
              {"progress", std::move(progress)}}},
            {"quota",
             {{"writes", expected_.writes.limit},
              {"window_seconds", seconds(expected_.writes.window).count()},
              {"identities", expected_.identities}}}};
}

json::object run_watch::news(std::uint64_t since, provisioner::fleet_counts const& counts,
                             time_point at) const {
    auto const now = since_beginning(at);
    json::object all{{"seconds", now.count()},          {"counts", counts_json(counts)},
                     {"waits", longest_waits(now)},     {"changes", changes_since(since)},
                     {"samples", samples_since(since)}, {"troubles", troubles_since(since)},
                     {"all_troubles", all_troubles_}};
    auto const left = remaining_.after(now, part_done(counts, ready_before_));
    if (left) all["seconds_left"] = left->count();
    return all;
}

json::array run_watch::changes_since(std::uint64_t version) const {
    constexpr std::array<std::string_view, 5> names{"open", "working", "ready", "pending", "failed"};
    json::array changes;
    for (std::size_t i = 0; i < tenants_.size(); ++i) {
        auto const& each = tenants_[i];
        bool const is_news = version == 0 ? each.is != state::open : each.changed > version;
        if (is_news) changes.push_back(json::array{i, names[static_cast<std::size_t>(each.is)], each.ready});
    }
    return changes;
}

json::array run_watch::samples_since(std::uint64_t version) const {
    json::array samples;
    for (auto const& each : curve_) {
        if (each.version > version) samples.push_back(json::array{each.at.count(), each.done, each.writes});
    }
    return samples;
}

json::array run_watch::troubles_since(std::uint64_t version) const {
    json::array troubles;
    for (auto const& each : troubles_) {
        if (each.version > version)
            troubles.push_back(json::array{each.tenant, each.app, each.kind, each.why});
    }
    return troubles;
}

json::array run_watch::longest_waits(seconds now) const {
    std::vector<std::size_t> waiting;
    for (std::size_t i = 0; i < tenants_.size(); ++i) {
        bool const is_done = tenants_[i].is == state::ready;
        if (!is_done && tenants_[i].waits_until > now) waiting.push_back(i);
    }
    auto const count = std::min(waiting.size(), most_waits);
    auto const longer = [&](auto a, auto b) { return tenants_[a].waits_until > tenants_[b].waits_until; };
    std::ranges::partial_sort(waiting, waiting.begin() + static_cast<std::ptrdiff_t>(count), longer);
    json::array waits;
    for (auto const i : std::span(waiting).first(count)) {
        auto const& each = tenants_[i];
        waits.push_back(json::array{i, each.waits_for, (each.waits_until - now).count()});
    }
    return waits;
}

}  // namespace poolwright::cli
