#pragma once

#include "examples/sandbox/directory_model.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/ledger.hpp"
#include "provisioner/roster.hpp"
#include "provisioner/transport.hpp"
#include "tests/simulate/virtual_time.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// A world in virtual time: the directory of the sandbox at one end, the real fleet, steps, budgets and ledger
// at the other, and a process that can be ended at any point and started again.

namespace poolwright::simulate {

// The client's end of a connection to the directory model.
class simulated_transport final : public provisioner::transport {
public:
    // `point` is asked at every point at which the process could die; true: it dies there.
    simulated_transport(virtual_time& time, sandbox::directory_model& model, std::function<bool()> point,
                        nanoseconds* directory_cpu)
        : time_(time), model_(model), point_(std::move(point)), directory_cpu_(directory_cpu) {}

    boost::asio::awaitable<provisioner::round_trip_result> round_trip(
        provisioner::http_request request) override;

private:
    [[nodiscard]] sandbox::reply ask(provisioner::http_request const& request);

    virtual_time& time_;
    sandbox::directory_model& model_;
    std::function<bool()> point_;
    nanoseconds* directory_cpu_;
};

// An identity that provisions.
struct world_identity {
    bool refused = false;                             // its secret is a wrong one
    std::optional<std::vector<std::size_t>> tenants;  // the only ones that it may enter, by index
};

// What a test wants of its world.
struct world_options {
    std::vector<std::int64_t> apps = {3, 2};  // of each tenant
    sandbox::settings directory;
    provisioner::fleet_settings fleet;
    planner::permission_profile profile;
    std::vector<world_identity> identities = {{}};
    bool private_key_here = true;
    std::function<void(provisioner::fleet_event const&)> tell;  // empty: nobody listens
    nanoseconds commit_time{std::chrono::milliseconds(2)};
    nanoseconds* directory_cpu = nullptr;  // where to add the processor time that the directory takes
};

// A world of tenants with that many apps each; every request takes 80 ms.
world_options world_of(std::vector<std::int64_t> apps, nanoseconds replication_lag = {},
                       nanoseconds secret_lag = {});

// How a run of the process ended.
enum class run_end : std::uint8_t { finished, died, stuck };

class world {
public:
    explicit world(world_options options);
    ~world();

    // One process from start to end. `die_at`: at the point of that number, counted from 1 in this run; 0:
    // never. The ledger of another operator has another name.
    run_end run(std::uint64_t die_at = 0, std::string const& ledger_name = "ours");

    // What the last finished run reported.
    [[nodiscard]] provisioner::fleet_result const& result() const { return result_; }
    // How many points at which it could have died the last run passed.
    [[nodiscard]] std::uint64_t points() const noexcept { return points_; }

    // Every invariant that must hold once a run finished, as sentences; empty: all hold.
    [[nodiscard]] std::vector<std::string> broken_promises(std::string const& ledger_name = "ours");

    [[nodiscard]] std::vector<provisioner::slot_row> slots(std::string const& ledger_name = "ours");
    [[nodiscard]] bool has_ledger() const {
        return provisioner::open_ledger_reader(location("ours")) != nullptr;
    }
    // What the first Ctrl-C does to the run that is under way.
    void interrupt();

    // Every application that the directory holds, deleted ones too.
    [[nodiscard]] std::vector<sandbox::application_view> applications() const;
    // The plan wants another number of apps for that tenant from now on.
    void plan_apps(std::size_t index, std::int64_t apps);
    // The tenant is unlike the others; before the first run.
    void make_unusual(std::size_t index, sandbox::tenant_kind kind);

    [[nodiscard]] sandbox::directory_model const& model() const noexcept { return *model_; }
    [[nodiscard]] sandbox::directory_model& model() noexcept { return *model_; }
    [[nodiscard]] virtual_time& time() noexcept { return time_; }
    // Of the identity at that index of the options.
    [[nodiscard]] static std::string client_id(std::size_t index);
    // Gives the fleet the identities that the options now name; at the beginning it has them.
    void take_identities();
    [[nodiscard]] provisioner::guid tenant(std::size_t index) const;

    world_options options;

private:
    struct process;

    [[nodiscard]] provisioner::ledger_location location(std::string const& ledger_name) const;
    void keep_alive(std::string const& ledger_name);
    [[nodiscard]] provisioner::guid directory_of(provisioner::pool_id pool, std::string const& ledger_name);

    virtual_time time_;
    std::unique_ptr<sandbox::directory_model> model_;
    provisioner::private_key key_;
    planner::plan plan_;
    std::map<std::string, std::unique_ptr<provisioner::ledger_reader>> keepers_;
    std::string storage_;  // a name of its own for this world's ledgers
    provisioner::fleet_result result_;
    std::uint64_t points_ = 0;
    provisioner::fleet* running_ = nullptr;
    std::uint64_t random_state_;
};

}  // namespace poolwright::simulate
