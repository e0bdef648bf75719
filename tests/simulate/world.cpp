#include "tests/simulate/world.hpp"

#include "provisioner/late_ledger.hpp"
#include "tests/simulate/key_set.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

namespace poolwright::simulate {
namespace asio = boost::asio;
using namespace provisioner;

namespace {

std::string unused_name() {
    static std::atomic<std::uint64_t> next = 0;
    return fmt::format("world{}", next++);
}

// Of calls and commits; some hundred times what a run takes. Time says nothing: a service may name a
// day, again and again.
constexpr std::uint64_t most_points = 100'000;
constexpr std::string_view provisioning_secret = "the-provisioning-secret-of-a-simulation";

}  // namespace

world_options world_of(std::vector<std::int64_t> apps, nanoseconds replication_lag, nanoseconds secret_lag) {
    world_options options;
    options.apps = std::move(apps);
    options.directory.latency = std::chrono::milliseconds(80);
    options.directory.replication_lag = replication_lag;
    options.directory.secret_lag = secret_lag;
    return options;
}

// Everything that a dying process takes with it.
struct world::process {
    process(world& where, process_plan const& plan_)
        : outside(where),
          plan(plan_),
          end_of_connection(
              *where.network_, [this] { return passes_point(); }, where.witness_of(plan.ledger)),
          clock(where.time_) {
        auto const location = where.location(plan.ledger);
        auto const bind = [this](ledger& made) {
            outside.keep_alive(plan.ledger);
            made.bind_key(outside.key_.public_half().fingerprint());
            seal_to = outside.key_.public_half();
        };
        // As `provision` does it.
        if (outside.reader_of(plan.ledger) != nullptr) {
            book = make_ledger(location, commits());
            bind(*book);
        } else {
            book = std::make_unique<late_ledger>(location, commits(), bind);
        }
    }

    commit_executor commits() {
        return [this](std::function<void()> job, std::function<void(std::exception_ptr)> done) {
            outside.time_.after(outside.options.commit_time,
                                [this, job = std::move(job), done = std::move(done)] {
                                    if (passes_point()) return;
                                    job();
                                    if (!passes_point()) done(nullptr);
                                });
        };
    }

    bool passes_point() {
        if (!dead) {
            dead = ++points == plan.die_at;
            alive_until = outside.time_.elapsed();
        }
        return dead;
    }

    void make_key(key_taker taker) {
        constexpr auto takes = std::chrono::milliseconds(500);
        outside.time_.after(takes, [this, taker = std::move(taker)] {
            if (!passes_point()) taker(nullptr, ready_made_key(keys_made++));
        });
    }

    [[nodiscard]] bool over() const noexcept { return finished || dead; }

    world& outside;
    process_plan plan;
    std::uint64_t points = 0;
    bool dead = false;
    nanoseconds alive_until{0};                                    // when it was last seen alive
    nanoseconds clock_was_wrong_by = outside.clock_is_wrong_by();  // when it began
    bool finished = false;
    std::size_t keys_made = 0;
    std::exception_ptr failed;
    std::optional<public_key> seal_to;
    std::unique_ptr<ledger> book;
    std::unique_ptr<fleet> running;
    connection end_of_connection;
    virtual_alarm clock;
};

world::world(world_options given)
    : options(std::move(given)),
      key_(private_key::generate()),
      storage_(unused_name()),
      random_(options.directory.seed) {
    if (options.profile.resources.empty()) options.profile = planner::built_in_profiles().front();
    options.fleet.policy.profile = options.profile;
    for (std::size_t i = 0; i < options.identities.size(); ++i) {
        options.directory.identities.push_back({.client_id = *sandbox::parse_guid(client_id(i)),
                                                .secret = std::string(provisioning_secret),
                                                .name = "poolwright",
                                                .roles = sandbox::provisioning_roles()});
    }
    take_identities();
    make_directory();
    plan_.plan_id = "simulated";
    for (std::size_t i = 0; i < options.apps.size(); ++i) {
        planner::planned_pool row;
        row.tenant_id = to_string(tenant(i));
        row.name = fmt::format("Tenant {}", i);
        row.workload = "exchange";
        row.pool = "exchange";
        row.redirect_uri = "https://console.example/adminconsole";
        row.mailboxes = 100;
        row.apps = options.apps[i];
        plan_.pools.push_back(std::move(row));
    }
}

world::~world() = default;

std::string world::client_id(std::size_t index) {
    return fmt::format("5eed0000-0000-4000-8000-{:012x}", 0xc11e + index);
}

void world::take_identities() {
    options.fleet.identities.clear();
    for (std::size_t i = 0; i < options.identities.size(); ++i) {
        auto const& wanted = options.identities[i];
        auto const word = wanted.refused ? std::string_view("another secret") : provisioning_secret;
        provisioning_identity made{
            .who = {.client_id = client_id(i), .credential = std::make_shared<secret const>(word)},
            .tenants = {}};
        if (wanted.tenants) {
            made.tenants.emplace();
            for (auto const each : *wanted.tenants) made.tenants->push_back(tenant(each));
        }
        options.fleet.identities.push_back(std::move(made));
    }
}

guid world::tenant(std::size_t index) const {
    guid id;
    id.bytes[0] = 0x7e;
    id.bytes[6] = 0x40;
    id.bytes[8] = 0x80;
    for (std::size_t i = 0; i < 4; ++i) id.bytes[15 - i] = static_cast<std::uint8_t>((index + 1) >> (8 * i));
    return id;
}

ledger_location world::location(std::string const& ledger_name) const {
    return {.file = {}, .memory_name = storage_ + ledger_name};
}

// Memory-backed storage lives as long as somebody has it open.
void world::keep_alive(std::string const& ledger_name) {
    if (!keepers_.contains(ledger_name))
        keepers_.emplace(ledger_name, open_ledger_reader(location(ledger_name)));
}

void world::make_directory() {
    witnesses_.clear();
    model_ = std::make_unique<sandbox::directory_model>(options.directory);
    network_ = std::make_unique<network>(network{.time = time_,
                                                 .model = *model_,
                                                 .weather = options.weather,
                                                 .random = dice(~options.directory.seed),
                                                 .directory_cpu = options.directory_cpu});
}

witness* world::witness_of(std::string const& ledger_name) {
    if (!options.watched) return nullptr;
    auto const is_ours = [this, ledger_name](std::string_view intent) {
        return made_intent(ledger_name, intent);
    };
    return &witnesses_.try_emplace(ledger_name, *model_, is_ours).first->second;
}

bool world::made_intent(std::string const& ledger_name, std::string_view intent) {
    auto const known = slots(ledger_name);
    return std::ranges::any_of(known, [&](slot_row const& row) {
        return !row.record.adopted && to_hex(row.record.intent) == intent;
    });
}

std::vector<std::string> world::take_seen() {
    std::vector<std::string> all;
    for (auto& [ledger_name, each] : witnesses_) {
        for (auto const& broken : each.take_broken())
            all.push_back(fmt::format("{}: {}", ledger_name, broken));
    }
    return all;
}

void world::excuse(std::string const& object_id) {
    for (auto& [ledger_name, each] : witnesses_) each.excuse(object_id);
}

run_end world::run(std::uint64_t die_at, std::string const& ledger_name) {
    return run_together({{.ledger = ledger_name, .die_at = die_at}}).front();
}

void world::begin(process& one, std::vector<resolved_pool> const& pools) {
    auto const settings = one.plan.settings.value_or(options.fleet);
    auto const now = std::chrono::floor<std::chrono::seconds>(time_.now().wall);
    auto const ids = one.book->accept_plan(plan_, pools, false, now);
    roster_defaults const defaults{
        .services = *find_cloud("global"), .redirect_uri = {}, .verify = settings.verify};
    fleet_machine machine{.executor = time_.context().get_executor(),
                          .network = &one.end_of_connection,
                          .clock = &one.clock,
                          .book = one.book.get(),
                          .seal_to = &one.seal_to,
                          .opener = options.private_key_here ? &key_ : nullptr,
                          .random = std::ref(random_),
                          .tell = options.tell,
                          .make_key = [&one](key_taker taker) { one.make_key(std::move(taker)); }};
    one.running =
        std::make_unique<fleet>(std::move(machine), settings, make_roster(pools, *ids, *one.book, defaults));
    running_.push_back(one.running.get());
    asio::co_spawn(time_.context(), one.running->run(),
                   [this, &one](std::exception_ptr failed, fleet_result result) {
                       one.failed = std::move(failed);
                       one.finished = true;
                       results_[one.plan.ledger] = std::move(result);
                   });
}

run_end world::end_of(process& one) {
    points_ = one.points;
    // From one process to the next there is no clock but the computer's: what was recorded before that was
    // set is not understood after.
    bool const remembers =
        reader_of(one.plan.ledger) != nullptr && one.clock_was_wrong_by == clock_is_wrong_by();
    if (auto* const watching = witness_of(one.plan.ledger); watching != nullptr)
        watching->process_ended(remembers, one.alive_until);
    if (one.failed) std::rethrow_exception(one.failed);
    if (one.finished) return run_end::finished;
    if (one.dead) return run_end::died;
    return one.points >= most_points ? run_end::endless : run_end::stuck;
}

std::vector<run_end> world::run_together(std::vector<process_plan> const& plans) {
    std::vector<resolved_pool> pools;
    for (std::size_t i = 0; i < plan_.pools.size(); ++i) pools.push_back({tenant(i), &plan_.pools[i]});
    std::vector<std::unique_ptr<process>> processes;
    for (auto const& each : plans) {
        processes.push_back(std::make_unique<process>(*this, each));
        begin(*processes.back(), pools);
    }
    time_.run_until([&] {
        return std::ranges::all_of(
            processes, [&](auto const& each) { return each->over() || each->points >= most_points; });
    });
    let_arrive(std::ranges::any_of(processes, [](auto const& each) { return each->dead; }));
    running_.clear();
    for (auto const& each : processes) each->clock.forget();
    time_.forget();
    std::vector<run_end> ends;
    for (auto const& each : processes) ends.push_back(end_of(*each));
    return ends;
}

// What a process had sent when it died still arrives.
void world::let_arrive(bool somebody_died) {
    bool over = !somebody_died;
    time_.after(std::chrono::seconds(somebody_died ? 10 : 0), [&over] { over = true; });
    time_.run_until([&over] { return over; });
}

void world::set_clock_right() {
    if (clock_is_wrong_by() == nanoseconds(0)) return;
    time_.shift_wall(-clock_is_wrong_by());
    for (auto& [ledger_name, each] : witnesses_) each.process_ended(false, time_.elapsed());
}

void world::interrupt() {
    for (auto* const each : running_) each->drain();
}

std::vector<sandbox::application_view> world::applications() const {
    std::vector<sandbox::application_view> all;
    model_->visit_applications([&](sandbox::application_view const& app) { all.push_back(app); });
    return all;
}

void world::plan_apps(std::size_t index, std::int64_t apps) {
    plan_.pools[index].apps = apps;
}

void world::make_unusual(std::size_t index, sandbox::tenant_fault what) {
    options.directory.faults.tenants[to_string(tenant(index))] = std::move(what);
    make_directory();
}

ledger_reader const* world::reader_of(std::string const& ledger_name) const {
    auto const found = keepers_.find(ledger_name);
    return found == keepers_.end() ? nullptr : found->second.get();
}

std::map<std::string, certificate_row> world::certificates(std::string const& ledger_name) {
    std::map<std::string, certificate_row> rows;
    auto const* const reader = reader_of(ledger_name);
    if (reader != nullptr)
        reader->certificates([&](certificate_row&& row) { rows.emplace(row.fingerprint, std::move(row)); });
    return rows;
}

std::vector<slot_row> world::slots(std::string const& ledger_name) {
    std::vector<slot_row> rows;
    auto const* const reader = reader_of(ledger_name);
    if (reader != nullptr) reader->slots([&](slot_row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

}  // namespace poolwright::simulate
