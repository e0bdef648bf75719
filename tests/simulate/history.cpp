#include "tests/simulate/history.hpp"

#include "provisioner/naming.hpp"
#include "tests/simulate/meddler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

namespace poolwright::simulate {
using namespace provisioner;
namespace {

using namespace std::chrono_literals;

network_weather draw_weather(dice& random) {
    network_weather weather;
    weather.jitter = random.chance(0.5) ? 0ns : random.between(0ns, 2s);
    weather.timeout = random.between(5s, 30s);
    auto const any_fate = [&] { return static_cast<std::size_t>(random.between(1, fates - 1)); };
    auto const share = [&](double most) { return most * static_cast<double>(random.below(1'000)) / 1'000; };
    switch (random.below(6)) {
        case 0:
            break;
        case 1:
        case 2:
            weather.chance[any_fate()] = share(0.5);
            break;
        default:
            for (std::size_t each = 1; each < fates; ++each) weather.chance[each] = share(0.05);
            break;
    }
    return weather;
}

void draw_limits(world_options& options, dice& random) {
    if (!random.chance(0.3)) return;
    throttle::limits narrow = throttle::published_limits();
    auto const window = random.between(5s, 30s);
    narrow.application_tenant_writes = {.limit = random.between(8, 40), .window = window};
    narrow.application_writes = {.limit = random.between(15, 80), .window = window};
    narrow.application_writes.shape = random.one_of(
        {throttle::quota_shape::bucket, throttle::quota_shape::sliding, throttle::quota_shape::fixed});
    options.directory.limits = narrow;
    // Or nobody told the client.
    if (random.chance(0.7)) options.fleet.limits = narrow;
}

void draw_credential(slot_policy& policy, dice& random) {
    policy.credential = random.one_of({credential_kind::secret, credential_kind::secret,
                                       credential_kind::certificate, credential_kind::automatic});
    policy.certificate_per_app = random.chance(0.3);
}

world_options draw_world(std::uint64_t seed, dice& random) {
    std::vector<std::int64_t> apps(static_cast<std::size_t>(random.between(1, 3)));
    for (auto& each : apps) each = random.between(1, 4);
    auto const lag = [&] { return random.chance(0.3) ? 0ns : random.between(0ns, 10s); };
    auto options = world_of(std::move(apps), lag(), lag());
    options.directory.seed = seed;
    options.directory.latency = random.between(10ms, 400ms);
    options.commit_time = random.between(1ms, 50ms);
    options.weather = draw_weather(random);
    options.private_key_here = random.chance(0.5);
    if (random.chance(0.3)) options.fleet.per_tenant = static_cast<int>(random.between(1, 4));
    draw_limits(options, random);
    draw_credential(options.fleet.policy, random);
    options.fleet.ask_first = seed % 2 == 0;
    options.fleet.longest_lifetime = seed % 4 == 0;
    return options;
}

// Plays one history.
class player {
public:
    player(std::uint64_t seed, std::function<void(std::string_view)> const& note)
        : random_(seed), where_(draw_world(seed, random_)), meddler_(where_, random_.split()), note_(note) {
        signs_ = where_.options.fleet.policy.credential != credential_kind::secret;
        make_unusual();
        if (note_) listen();
    }

    history_end play() {
        auto const disturbed = random_.between(1, 4);
        for (int i = 0; i < disturbed; ++i) disturbed_run();
        calm_down();
        converge();
        verify();
        mend();
        run_again();
        be_adopted();
        count();
        return std::move(end_);
    }

private:
    void make_unusual() {
        for (std::size_t i = 0; i < where_.options.apps.size(); ++i) {
            if (!random_.chance(0.07)) continue;
            constexpr std::uint64_t kinds = 6;
            auto const kind = static_cast<sandbox::tenant_kind>(1 + random_.below(kinds));
            where_.make_unusual(i, kind);
            bool const is_possible = kind == sandbox::tenant_kind::secrets_forbidden &&
                                     where_.options.fleet.policy.credential != credential_kind::secret;
            if (is_possible) continue;
            unusual_.insert(to_string(where_.tenant(i)));
        }
    }

    void listen() {
        where_.between().note = [this](std::string_view line) { say(line); };
        where_.options.tell = [this](fleet_event const& event) {
            say(fmt::format("  {} {} {} {}", event.type, to_string(event.directory_id), event.ordinal,
                            event.reason));
        };
        meddler_.note = [this](std::string_view line) { say(line); };
    }

    void say(std::string_view line) const {
        if (note_)
            note_(fmt::format("{:10.3f}  {}", std::chrono::duration<double>(where_.time().elapsed()).count(),
                              line));
    }

    void broken(std::vector<std::string> const& what, std::string_view when) {
        for (auto const& each : what) {
            end_.broken.push_back(fmt::format("{}: {}", when, each));
            say("BROKEN " + end_.broken.back());
        }
    }

    // --- what goes wrong

    void disturbed_run() {
        auto const total =
            std::accumulate(where_.options.apps.begin(), where_.options.apps.end(), std::int64_t{0});
        process_plan ours{.die_at = 0};
        if (random_.chance(0.6))
            ours.die_at = static_cast<std::uint64_t>(random_.between(1, 20 * total + 30));
        auto settings = where_.options.fleet;
        settings.verify = random_.chance(0.2);
        settings.policy.restore_deleted = random_.chance(0.2);
        settings.policy.recreate = random_.chance(0.2);
        if (random_.chance(0.1)) draw_credential(settings.policy, random_);
        if (settings.policy.credential != credential_kind::secret) signs_ = true;
        ours.settings = settings;
        std::vector<process_plan> plans{ours};
        if (random_.chance(0.15)) {
            plans.push_back({.ledger = "theirs", .die_at = random_.chance(0.5) ? ours.die_at / 2 : 0});
            overlapped_ = true;
            ++end_.seen.overlaps;
        }
        plan_trouble();
        play_run(plans);
        if (random_.chance(0.3)) grow();
        pass(random_.between(0ns, 90s));
    }

    void plan_trouble() {
        auto& time = where_.time();
        if (random_.chance(0.1)) {
            time.after(random_.between(0ns, 30s), [this] {
                ++end_.seen.interrupts;
                say("interrupt");
                where_.interrupt();
            });
        }
        if (random_.chance(0.15)) {
            auto const by = random_.between(-24h, 24h) / random_.one_of({1, 60, 3600});
            time.after(random_.between(0ns, 60s), [this, by] {
                ++end_.seen.clock_jumps;
                say(fmt::format("the computer's clock jumps by {} s",
                                std::chrono::duration_cast<std::chrono::seconds>(by).count()));
                where_.time().shift_wall(by);
            });
        }
        if (!random_.chance(0.35)) return;
        for (auto edits = random_.between(1, 3); edits > 0; --edits)
            time.after(random_.between(0ns, 60s), [this] { meddler_.meddle(); });
    }

    void grow() {
        auto const index = random_.below(where_.options.apps.size());
        where_.options.apps[index] += 1;
        where_.plan_apps(index, where_.options.apps[index]);
        say(fmt::format("the plan of tenant {} grows to {}", index, where_.options.apps[index]));
    }

    void pass(nanoseconds while_) {
        where_.time().after(while_, [] {});
        where_.time().run_until([] { return false; });
    }

    // --- runs and what holds after each

    void play_run(std::vector<process_plan> const& plans) {
        say(fmt::format("run ({} at once, dies at {})", plans.size(), plans.front().die_at));
        auto const ends = where_.run_together(plans);
        for (std::size_t i = 0; i < plans.size(); ++i) {
            ++end_.seen.runs;
            constexpr std::string_view words[] = {"finished", "died", "stuck", "endless"};
            say(fmt::format("{}: {}", plans[i].ledger, words[static_cast<std::size_t>(ends[i])]));
            if (ends[i] == run_end::died) ++end_.seen.deaths;
            if (ends[i] == run_end::stuck) broken({"the run waits for nothing"}, plans[i].ledger);
            if (ends[i] == run_end::endless) broken({"the run does not end"}, plans[i].ledger);
            if (ends[i] != run_end::finished) continue;
            end_.seen.calls += static_cast<std::uint64_t>(where_.result(plans[i].ledger).counts.calls);
            broken(where_.broken_promises(plans[i].ledger, {meddler_.edited(), false}), plans[i].ledger);
        }
    }

    void run_calmly(bool verify, bool mend) {
        process_plan plan;
        plan.settings = where_.options.fleet;
        plan.settings->verify = verify;
        plan.settings->policy.recreate = plan.settings->policy.restore_deleted = mend;
        play_run({plan});
    }

    void calm_down() {
        say("calm");
        where_.between().weather = {};
        // What is signed says when: for that the clock must be right.
        if (signs_) where_.set_clock_right();
        pass(90s);
    }

    // Slots that nothing but an answer of somebody else keeps from being ready.
    [[nodiscard]] std::vector<std::string> unfinished() {
        std::vector<std::string> all;
        for (auto const& failure : where_.result().slots) {
            auto const tenant = to_string(where_.tenant(failure.tenant));
            auto const name = unique_name(failure.pool, failure.ordinal);
            if (unusual_.contains(tenant) || meddler_.touched(tenant, name) || is_theirs(tenant, name))
                continue;
            all.push_back(fmt::format("{} in {} is not ready: {}", name, tenant, failure.why));
        }
        return all;
    }

    [[nodiscard]] bool is_theirs(std::string const& tenant, std::string const& name) const {
        if (!overlapped_) return false;
        bool theirs = false;
        where_.model().visit_applications([&](sandbox::application_view const& app) {
            theirs = theirs || (app.tenant_id == tenant && app.unique_name == name);
        });
        return theirs;
    }

    void converge() {
        constexpr int patience = 6;
        for (int i = 0; i < patience; ++i) {
            run_calmly(false, false);
            if (unfinished().empty()) return;
            pass(2min);
        }
        broken(unfinished(), "does not converge");
    }

    void verify() {
        pass(2min);
        run_calmly(true, false);
        broken(where_.broken_promises("ours", {{}, false}), "after --verify");
    }

    void mend() {
        run_calmly(true, true);
        broken(where_.broken_promises("ours", {{}, false}), "after --recreate");
        for (auto const& failure : where_.result().slots) {
            auto const tenant = to_string(where_.tenant(failure.tenant));
            auto const name = unique_name(failure.pool, failure.ordinal);
            if (unusual_.contains(tenant) || meddler_.blocked(tenant, name) ||
                meddler_.certified(tenant, name) || is_theirs(tenant, name))
                continue;
            broken({fmt::format("{} in {} is not ready: {}", name, tenant, failure.why)}, "after --recreate");
        }
    }

    void run_again() {
        auto const before = where_.applications().size();
        run_calmly(false, false);
        auto const& counts = where_.result().counts;
        end_.seen.ready += static_cast<std::uint64_t>(counts.ready);
        if (counts.ready == counts.planned && counts.calls != 0)
            broken({fmt::format("{} calls", counts.calls)}, "a run with nothing to do");
        if (where_.applications().size() != before)
            broken({"applications were made"}, "a run with nothing to do");
    }

    // Somebody else takes everything over; nothing of ours is lost by it.
    void be_adopted() {
        if (overlapped_ || !random_.chance(0.1)) return;
        process_plan theirs{.ledger = "theirs", .settings = where_.options.fleet};
        theirs.settings->policy.adopt = true;
        play_run({theirs});
        broken(where_.broken_promises("ours", {{}, false}), "after somebody else's --adopt");
    }

    void count() {
        end_.seen.histories = 1;
        end_.seen.edits = meddler_.edits();
        end_.seen.trips = where_.between().happened;
    }

    dice random_;
    mutable world where_;
    meddler meddler_;
    std::function<void(std::string_view)> const& note_;
    std::set<std::string> unusual_;  // tenants
    bool overlapped_ = false;
    bool signs_ = false;  // some run made certificates
    history_end end_;
};

}  // namespace

happenings& happenings::operator+=(happenings const& more) {
    histories += more.histories;
    runs += more.runs;
    deaths += more.deaths;
    interrupts += more.interrupts;
    edits += more.edits;
    clock_jumps += more.clock_jumps;
    overlaps += more.overlaps;
    calls += more.calls;
    ready += more.ready;
    for (std::size_t i = 0; i < fates; ++i) trips[i] += more.trips[i];
    return *this;
}

history_end play_history(std::uint64_t seed, std::function<void(std::string_view line)> const& note) {
    return player(seed, note).play();
}

}  // namespace poolwright::simulate
