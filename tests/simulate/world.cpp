#include "tests/simulate/world.hpp"

#include "provisioner/late_ledger.hpp"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <utility>

namespace poolwright::simulate {
namespace asio = boost::asio;
using namespace provisioner;

namespace {

sandbox::request to_model(http_request const& request) {
    sandbox::request asked;
    asked.method = std::string(to_string(request.method));
    asked.target = request.target;
    asked.headers = request.headers;
    asked.headers.emplace_back("Host", request.to.authority());
    if (request.bearer)
        asked.headers.emplace_back("Authorization", "Bearer " + std::string(request.bearer->reveal()));
    if (!request.content_type.empty()) asked.headers.emplace_back("Content-Type", request.content_type);
    asked.body = std::string(request.body.reveal());
    return asked;
}

round_trip_result from_model(sandbox::reply const& answer) {
    if (answer.how != sandbox::effect::none) {
        auto const text =
            answer.how == sandbox::effect::truncate ? "the reply ended early" : "connection reset";
        return transport_failure(transport_failure::phase::receive, true, false, text);
    }
    http_reply reply;
    reply.status = answer.status;
    reply.headers = answer.headers;
    reply.body = secret(answer.body);
    return reply;
}

std::uint64_t splitmix(std::uint64_t& state) {
    state += 0x9E3779B97F4A7C15U;
    auto z = state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

std::string unused_name() {
    static std::atomic<std::uint64_t> next = 0;
    return fmt::format("world{}", next++);
}

nanoseconds processor_time() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

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

sandbox::reply simulated_transport::ask(http_request const& request) {
    auto const asked = to_model(request);
    if (directory_cpu_ == nullptr) return model_.handle(asked, time_.true_wall());
    auto const begun = processor_time();
    auto answer = model_.handle(asked, time_.true_wall());
    *directory_cpu_ += processor_time() - begun;
    return answer;
}

asio::awaitable<round_trip_result> simulated_transport::round_trip(http_request request) {
    constexpr auto for_ever = std::chrono::hours(24 * 365);
    if (point_()) co_await time_.sleep(for_ever);
    auto const answer = ask(request);
    if (point_()) co_await time_.sleep(for_ever);
    co_await time_.sleep(answer.delay);
    auto result = from_model(answer);
    co_return result;
}

// Everything that a dying process takes with it.
struct world::process {
    process(world& where, std::uint64_t die_at_, std::string const& ledger_name)
        : outside(where),
          die_at(die_at_),
          network(
              where.time_, *where.model_, [this] { return passes_point(); }, where.options.directory_cpu),
          clock(where.time_) {
        auto const location = where.location(ledger_name);
        auto const bind = [this, ledger_name](ledger& made) {
            outside.keep_alive(ledger_name);
            made.bind_key(outside.key_.public_half().fingerprint());
            seal_to = outside.key_.public_half();
        };
        // As `provision` does it.
        if (open_ledger_reader(location)) {
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
        if (!dead) dead = ++points == die_at;
        return dead;
    }

    world& outside;
    std::uint64_t die_at;
    std::uint64_t points = 0;
    bool dead = false;
    bool finished = false;
    std::exception_ptr failed;
    std::optional<public_key> seal_to;
    std::unique_ptr<ledger> book;
    std::unique_ptr<fleet> running;
    simulated_transport network;
    virtual_alarm clock;
};

world::world(world_options given)
    : options(std::move(given)),
      key_(private_key::generate()),
      storage_(unused_name()),
      random_state_(options.directory.seed) {
    if (options.profile.resources.empty()) options.profile = planner::built_in_profiles().front();
    options.fleet.policy.profile = options.profile;
    for (std::size_t i = 0; i < options.identities.size(); ++i) {
        options.directory.identities.push_back({.client_id = *sandbox::parse_guid(client_id(i)),
                                                .secret = std::string(provisioning_secret),
                                                .name = "poolwright",
                                                .roles = sandbox::provisioning_roles()});
    }
    take_identities();
    model_ = std::make_unique<sandbox::directory_model>(options.directory);
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
            .who = {.client_id = client_id(i), .client_secret = std::make_shared<secret const>(word)},
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

run_end world::run(std::uint64_t die_at, std::string const& ledger_name) {
    process p(*this, die_at, ledger_name);
    std::vector<resolved_pool> pools;
    for (std::size_t i = 0; i < plan_.pools.size(); ++i) pools.push_back({tenant(i), &plan_.pools[i]});
    auto const now = std::chrono::floor<std::chrono::seconds>(time_.now().wall);
    auto const ids = p.book->accept_plan(plan_, pools, false, now);
    roster_defaults const defaults{
        .services = *find_cloud("global"), .redirect_uri = {}, .verify = options.fleet.verify};
    fleet_machine machine{.executor = time_.context().get_executor(),
                          .network = &p.network,
                          .clock = &p.clock,
                          .book = p.book.get(),
                          .seal_to = &p.seal_to,
                          .opener = options.private_key_here ? &key_ : nullptr,
                          .random = [this] { return splitmix(random_state_); },
                          .tell = options.tell};
    p.running = std::make_unique<fleet>(std::move(machine), options.fleet,
                                        make_roster(pools, *ids, *p.book, defaults));
    running_ = p.running.get();
    asio::co_spawn(time_.context(), p.running->run(), [&](std::exception_ptr failed, fleet_result result) {
        p.failed = std::move(failed);
        p.finished = true;
        result_ = std::move(result);
    });
    time_.run_until([&] { return p.finished || p.dead; });
    points_ = p.points;
    running_ = nullptr;
    p.clock.forget();
    time_.forget();
    if (p.failed) std::rethrow_exception(p.failed);
    if (p.finished) return run_end::finished;
    return p.dead ? run_end::died : run_end::stuck;
}

void world::interrupt() {
    if (running_ != nullptr) running_->drain();
}

std::vector<sandbox::application_view> world::applications() const {
    std::vector<sandbox::application_view> all;
    model_->visit_applications([&](sandbox::application_view const& app) { all.push_back(app); });
    return all;
}

void world::plan_apps(std::size_t index, std::int64_t apps) {
    plan_.pools[index].apps = apps;
}

void world::make_unusual(std::size_t index, sandbox::tenant_kind kind) {
    options.directory.faults.tenants[to_string(tenant(index))] = kind;
    model_ = std::make_unique<sandbox::directory_model>(options.directory);
}

std::vector<slot_row> world::slots(std::string const& ledger_name) {
    std::vector<slot_row> rows;
    auto const reader = open_ledger_reader(location(ledger_name));
    if (reader) reader->slots([&](slot_row&& row) { rows.push_back(std::move(row)); });
    return rows;
}

}  // namespace poolwright::simulate
