#pragma once

#include "examples/sandbox/directory_model.hpp"
#include "provisioner/fleet.hpp"
#include "provisioner/ledger.hpp"
#include "provisioner/roster.hpp"
#include "tests/simulate/network.hpp"
#include "tests/simulate/opened_secrets.hpp"
#include "tests/simulate/virtual_time.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

// A world in virtual time: the directory of the sandbox at one end, the real fleet, steps, budgets and ledger
// at the other, and a process that can be ended at any point and started again.

namespace poolwright::simulate {

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
    network_weather weather;               // at the beginning
    bool watched = true;                   // a witness sees every request
    nanoseconds* directory_cpu = nullptr;  // where to add the processor time that the directory takes
};

// A world of tenants with that many apps each; every request takes 80 ms.
world_options world_of(std::vector<std::int64_t> apps, nanoseconds replication_lag = {},
                       nanoseconds secret_lag = {});

// How a run of the process ended.
// `stuck`: it waits for nothing. `endless`: it calls again and again.
enum class run_end : std::uint8_t { finished, died, stuck, endless };

// One process from start to end.
struct process_plan {
    std::string ledger = "ours";  // that of another operator has another name
    // At the point of that number, counted from 1 in this run, it dies; 0: never.
    std::uint64_t die_at = 0;
    std::optional<provisioner::fleet_settings> settings = {};  // none: the world's
};

// For which part of a directory the promises must hold.
struct promise_scope {
    std::set<std::string>
        excused;  // object ids of applications that somebody else edited since they were ready
    bool counts_of_directory = true;  // its own counts of early calls and overlapping writes hold, too: the
                                      // network delivers in order, and all that is sent
};

class world {
public:
    explicit world(world_options options);
    ~world();

    run_end run(std::uint64_t die_at = 0, std::string const& ledger_name = "ours");
    // All at the same time, each with a ledger of its own.
    std::vector<run_end> run_together(std::vector<process_plan> const& plans);

    // What the last finished run of that ledger reported.
    [[nodiscard]] provisioner::fleet_result const& result(std::string const& ledger_name = "ours") const {
        return results_.at(ledger_name);
    }
    // How many points at which it could have died the last run of all passed.
    [[nodiscard]] std::uint64_t points() const noexcept { return points_; }

    // What the processes did that they must never do, as sentences; each is told once.
    [[nodiscard]] std::vector<std::string> take_seen();
    // The processes that run cannot know what becomes of that application from now on.
    void excuse(std::string const& object_id);

    // Every invariant that must hold once a run finished, as sentences; empty: all hold.
    [[nodiscard]] std::vector<std::string> broken_promises(std::string const& ledger_name = "ours",
                                                           promise_scope const& scope = {});

    [[nodiscard]] std::vector<provisioner::slot_row> slots(std::string const& ledger_name = "ours");
    // By fingerprint.
    [[nodiscard]] std::map<std::string, provisioner::certificate_row> certificates(
        std::string const& ledger_name = "ours");
    [[nodiscard]] bool has_ledger() const { return reader_of("ours") != nullptr; }
    // What the first Ctrl-C does to the runs that are under way.
    void interrupt();

    // Every application that the directory holds, deleted ones too.
    [[nodiscard]] std::vector<sandbox::application_view> applications() const;
    // The plan wants another number of apps for that tenant from now on.
    void plan_apps(std::size_t index, std::int64_t apps);
    // The tenant is unlike the others; before the first run.
    void make_unusual(std::size_t index, sandbox::tenant_fault what);

    [[nodiscard]] sandbox::directory_model const& model() const noexcept { return *model_; }
    [[nodiscard]] sandbox::directory_model& model() noexcept { return *model_; }
    [[nodiscard]] virtual_time& time() noexcept { return time_; }
    [[nodiscard]] network& between() noexcept { return *network_; }
    // Of the identity at that index of the options.
    [[nodiscard]] static std::string client_id(std::size_t index);
    // Gives the fleet the identities that the options now name; at the beginning it has them.
    void take_identities();
    // The computer's clock tells the true time again. What ledgers hold of waits was by the wrong one.
    void set_clock_right();
    [[nodiscard]] provisioner::guid tenant(std::size_t index) const;

    world_options options;

private:
    struct process;

    [[nodiscard]] provisioner::ledger_location location(std::string const& ledger_name) const;
    void keep_alive(std::string const& ledger_name);
    [[nodiscard]] std::set<std::string> credentials_known_beside(std::string const& one_ledger);
    [[nodiscard]] bool made_intent(std::string const& ledger_name, std::string_view intent);
    [[nodiscard]] witness* witness_of(std::string const& ledger_name);
    [[nodiscard]] nanoseconds clock_is_wrong_by() const { return time_.now().wall - time_.true_wall(); }
    void make_directory();
    void let_arrive(bool somebody_died);
    void begin(process& one, std::vector<provisioner::resolved_pool> const& pools);
    run_end end_of(process& one);
    // Null as long as there is no such ledger.
    [[nodiscard]] provisioner::ledger_reader const* reader_of(std::string const& ledger_name) const;

    virtual_time time_;
    std::unique_ptr<sandbox::directory_model> model_;
    std::unique_ptr<network> network_;
    std::map<std::string, witness> witnesses_;  // by ledger
    provisioner::private_key key_;
    opened_secrets opened_{key_};
    planner::plan plan_;
    std::map<std::string, std::unique_ptr<provisioner::ledger_reader>> keepers_;
    std::string storage_;  // a name of its own for this world's ledgers
    std::map<std::string, provisioner::fleet_result> results_;
    std::uint64_t points_ = 0;
    std::vector<provisioner::fleet*> running_;
    dice random_;
};

}  // namespace poolwright::simulate
