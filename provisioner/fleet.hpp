#pragma once

#include "planner/plan.hpp"
#include "provisioner/checkup.hpp"
#include "provisioner/dispatcher.hpp"
#include "provisioner/identity_roster.hpp"
#include "provisioner/ledger.hpp"
#include "provisioner/slot.hpp"
#include "provisioner/tenant.hpp"
#include "throttle/in_flight.hpp"
#include "throttle/pacer.hpp"
#include "throttle/replication_lag.hpp"
#include "throttle/retry.hpp"
#include "throttle/work_queue.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

// A whole run: every tenant of a plan, every slot of its pools, until each is ready, pending or failed.
// Tenants are isolated from each other: one that fails is reported, the others go on.

namespace poolwright::provisioner {

// What the run is asked to do.
struct fleet_settings {
    slot_policy policy;
    std::vector<provisioning_identity> identities;  // at least one
    throttle::limits limits = throttle::published_limits();
    throttle::patience patience;
    // Round trips in flight, in all and in one tenant; nothing: quota × latency, as it is measured.
    std::optional<int> concurrency;
    std::optional<int> per_tenant;
    // x-ms-throttle-priority of every call to Graph: Low, Normal or High; empty: not sent, which is Normal.
    std::string throttle_priority;
    bool verify = false;  // also compare what is ready with the tenant
    // Before anything is made in a tenant it is asked what it allows, as far as the identity may read that.
    bool ask_first = false;
    // Then credentials live for as long as the tenant allows, though not for longer than the policy says.
    bool longest_lifetime = false;
};

// One pool of a tenant, as the plan and the ledger have it.
struct fleet_pool {
    pool_id id = 0;
    std::string name;
    std::string redirect_uri;
    std::vector<std::int32_t> fresh;  // ordinals of which the ledger knows nothing
    std::vector<slot_row> known;      // begun and not ready; with `verify` the ready ones too
    std::int64_t ready = 0;           // ready before this run, and not to be verified
    bool failed_before = false;       // the ledger holds an error of its tenant
};

// How a tenant as a whole ended, where it did not go as it should.
enum class tenant_end : std::uint8_t { unreachable, untrusted, identity_refused, refused };

struct fleet_tenant {
    guid directory_id;
    std::string name;  // for people
    cloud services;
    throttle::tenant_size size = throttle::tenant_size::M;
    std::vector<fleet_pool> pools;
    std::vector<certificate_row> certificates = {};  // those of its known slots, and the shared ones
};

// Something that a person or a program may want to follow. Views are valid during the call.
struct fleet_event {
    std::string_view type;  // app_created, app_ready, app_pending, app_failed, waiting, tenant_failed, …
    guid directory_id;
    std::string_view tenant_name;
    std::string_view pool;
    std::int32_t ordinal = 0;
    guid application_id;
    std::chrono::nanoseconds wait{0};
    std::string_view reason;
};

struct fleet_counts {
    std::int64_t planned = 0;
    std::int64_t ready = 0;
    std::int64_t created = 0;  // applications made in this run
    std::int64_t pending = 0;
    std::int64_t failed = 0;
    std::int64_t waiting_for_replication = 0;
    std::int64_t throttled = 0;
    std::int64_t calls = 0;  // requests sent
    std::int64_t writes = 0;
};

struct tenant_failure {
    std::size_t tenant = 0;  // index into the tenants given
    tenant_end end = tenant_end::refused;
    std::string why;
};

// An identity that a tenant refused, and the one that went on instead.
struct identity_fallback {
    std::size_t tenant = 0;
    std::string from;  // client ids
    std::string to;
    std::string why;
};

// A tenant that forbids secrets, whose applications got certificates instead (credential_kind::automatic).
struct credential_change {
    std::size_t tenant = 0;
    std::string why;
};

struct slot_failure {
    std::size_t tenant = 0;
    std::string pool;
    std::int32_t ordinal = 0;
    bool pending = false;
    std::string why;
};

struct fleet_result {
    fleet_counts counts;
    std::size_t tenants_entered = 0;  // tenants that gave a token
    std::vector<tenant_failure> tenants;
    std::vector<slot_failure> slots;
    std::vector<identity_fallback> fallbacks;
    std::vector<credential_change> credential_changes;
    bool interrupted = false;
};

// Takes a new key pair, on the loop's thread and not within the call that asks, or why there is none.
using key_taker = std::function<void(std::exception_ptr failed, rsa_key key)>;

// The machine that a run needs; all of it outlives the fleet.
struct fleet_machine {
    boost::asio::any_io_executor executor;
    transport* network = nullptr;
    alarm* clock = nullptr;
    ledger* book = nullptr;
    std::optional<public_key> const* seal_to = nullptr;  // there once the ledger has taken a slot
    private_key const* opener = nullptr;                 // null: not here
    std::function<std::uint64_t()> random;               // 64 unpredictable bits a call
    std::function<void(fleet_event const&)> tell;
    std::function<void(key_taker)> make_key;  // takes half a second: never on the loop's thread
};

// How many apps of the tenant are not ready, or are to be verified.
std::int64_t slots_left(fleet_tenant const& tenant);

// How many applications of the tenant are not there yet, by the ledger.
std::int64_t applications_to_create(fleet_tenant const& tenant);

class fleet {
public:
    fleet(fleet_machine machine, fleet_settings settings, std::vector<fleet_tenant> tenants);
    ~fleet();

    // Once. Throws ledger_error if the ledger breaks.
    boost::asio::awaitable<fleet_result> run();

    // Starts nothing more; run() ends when what is in flight has finished and is recorded.
    void drain();

    [[nodiscard]] fleet_counts const& counts() const noexcept { return result_.counts; }

private:
    // How many writes may have been sent that no commit counts yet. Whoever goes on after a crash must
    // suppose that so many were, and as many again on their way to the disk.
    static constexpr std::int32_t most_unrecorded = 32;

    struct tenant_state;
    struct active_slot;
    struct sent_call;

    // tenants (fleet.cpp)
    [[nodiscard]] std::int64_t left_to_do(throttle::tenant_number number) const;
    [[nodiscard]] bool unfinished() const;
    void begin_tenant(throttle::tenant_number number);
    void start(throttle::work item);
    void queue_tenant_step(throttle::tenant_number number, throttle::steady_point at);
    void start_tenant_step(throttle::work item);
    [[nodiscard]] step next_tenant_step(throttle::tenant_number number) const;
    void on_tenant_reply(throttle::work item, step answered, throttle::steady_point sent,
                         round_trip_result const& result);
    void tenant_step_done(throttle::tenant_number number, step done);
    bool retry_tenant_step(throttle::work item, step answered, judgement const& found,
                           throttle::steady_point sent);
    void enter_tenant(throttle::tenant_number number);
    void materialise(throttle::tenant_number number);
    void release_if_done(throttle::tenant_number number);
    void note_sent(throttle::tenant_number number, throttle::cost what);
    void commit_change(ledger_change change, std::function<void()> then);

    // what a tenant allows (fleet_checks.cpp)
    void begin_checks(throttle::tenant_number number);
    [[nodiscard]] std::string heed_allowance(throttle::tenant_number number);

    // what a tenant refuses (fleet_failures.cpp)
    void fail_tenant(throttle::tenant_number number, tenant_end end, std::string why);
    void refuse_step(throttle::tenant_number number, step refused, std::string const& why);
    void lose_waiting(throttle::tenant_number number, std::function<bool(active_slot const&)> const& lost);
    void report_failure(throttle::tenant_number number, tenant_end end, std::string why);

    // what replies teach about pace (fleet_pacing.cpp)
    void heed(throttle::tenant_number number, step answered, throttle::reply_facts const& facts,
              throttle::steady_point sent);
    void hold_back(throttle::tenant_number number, step answered, throttle::reply_facts const& facts,
                   throttle::steady_point sent, throttle::steady_point until);
    void remember_hold(throttle::tenant_number number, throttle::throttled_call const& refused,
                       throttle::throttle_scope scope);
    void hold_back_others(throttle::tenant_number number, step answered, throttle::reply_facts const& facts,
                          throttle::steady_point sent);
    [[nodiscard]] bool wait_for_authority(throttle::work item, step next);
    void adapt_in_flight();
    [[nodiscard]] http_request with_priority(step next, http_request request) const;
    void learn_lag(active_slot& which, judgement const& found, throttle::steady_point sent);
    void give_up_lag(active_slot& which);
    void await_lag(active_slot& which, step answered);

    // identities (fleet_identities.cpp)
    [[nodiscard]] client_identity const& identity_in(throttle::tenant_number number) const;
    void assign_identities();
    void restore_budgets();
    [[nodiscard]] std::vector<spent_row> spent_lately(wall_seconds from);
    [[nodiscard]] throttle::tenant_number elsewhere(throttle::caller_number caller) const noexcept;
    [[nodiscard]] throttle::steady_point sent_by(spent_row const& row) const;
    void charge_earlier(throttle::tenant_number number, throttle::caller_number caller, spent_row const& row);
    void suppose_unrecorded(std::vector<spent_row> const& rows);
    void restore_holds(std::map<guid, throttle::tenant_number> const& numbers);
    bool admit();
    void remember_identity(throttle::tenant_number number);
    [[nodiscard]] bool has_unfinished(throttle::work refused) const;
    bool fall_back(throttle::work item, std::string const& why);
    [[nodiscard]] std::string all_refusals(throttle::tenant_number number) const;

    // slots (fleet_slots.cpp)
    [[nodiscard]] slot_policy const& policy_in(throttle::tenant_number number) const noexcept;
    [[nodiscard]] active_slot& slot_of(throttle::work item);
    [[nodiscard]] slot_surroundings around(throttle::work item);
    void push_slot(throttle::work item);
    void start_slot_step(throttle::work item);
    void begin_slot_step(throttle::work item);
    void renew_token(throttle::tenant_number number);
    void send_slot_step(throttle::work item, step next);
    void on_slot_reply(throttle::work item, step answered, sent_call const& call,
                       round_trip_result const& result);
    void on_bearer_refused(throttle::work item, secret const* bearer, judgement const& found);
    void go_on(throttle::work item);
    void try_again(throttle::work item, step same, judgement const& found, throttle::steady_point sent);
    void start_waiting(active_slot& which, throttle::reply_kind kind);
    void stop_waiting(active_slot& which);
    void settle_slot(throttle::work item, slot_state end, std::string why);
    void slot_settled(throttle::work item);
    void commit(throttle::work item, std::string_view event, std::function<void()> then);
    [[nodiscard]] event_row event_of(std::string_view type, throttle::work item, std::string_view detail);
    void tell(std::string_view type, throttle::work item, std::chrono::nanoseconds wait,
              std::string_view reason);

    // certificates (fleet_certificates.cpp)
    [[nodiscard]] std::shared_ptr<certificate const> opened(throttle::tenant_number number,
                                                            std::string const& fingerprint);
    void find_shared_certificate(throttle::tenant_number number);
    void await_certificate(throttle::work item);
    void on_key(throttle::work item, rsa_key const& key);
    void on_certificate(throttle::work item, std::shared_ptr<certificate const> made);
    void unpark(throttle::tenant_number number);
    std::size_t drop_parked(throttle::tenant_number number,
                            std::function<bool(active_slot const&)> const& goes);
    void note_forbidden_secrets(throttle::tenant_number number, std::string_view why);

    fleet_machine machine_;
    fleet_settings settings_;
    checkup_wishes wishes_;
    std::vector<fleet_tenant> tenants_;
    std::vector<std::unique_ptr<tenant_state>>
        states_;  // by tenant; null before it is admitted and after it is done
    std::vector<throttle::tenant_number> order_;           // the tenants with something to do, most first
    identity_roster identities_;                           // the pacer's callers
    std::vector<throttle::steady_point> no_tokens_until_;  // by identity: what the authority said
    std::vector<std::deque<throttle::tenant_number>> to_admit_;  // by identity, in order
    std::deque<throttle::tenant_number> nobodys_;                // to be admitted, and may not be entered
    std::map<throttle::tenant_number, std::string> owners_;      // whose work a tenant is, by the ledger
    std::size_t admitted_ = 0;
    std::size_t admit_turn_ = 0;  // the identity whose turn to admit it is
    throttle::pacer pacer_;
    throttle::work_queue queue_;
    std::array<throttle::replication_lag, lag_kinds> lags_;
    throttle::round_trip_time latency_;
    dispatcher dispatcher_;
    std::map<std::tuple<throttle::caller_number, throttle::tenant_number, wall_seconds>, throttle::cost>
        spent_;                         // not yet committed
    std::int32_t unrecorded_ = 0;       // the writes in it
    std::vector<entered_row> entered_;  // not yet committed
    // Until when whose calls where are held, as the ledger has it: reads or writes (true).
    std::map<std::tuple<std::string, guid, bool>, wall_seconds> held_;
    std::deque<throttle::work> parked_;  // wait for a certificate, neither queued nor in flight
    int keys_asked_ = 0;
    bool reached_ = false;  // some server answered
    fleet_result result_;
};

}  // namespace poolwright::provisioner
