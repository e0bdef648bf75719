#pragma once

#include "planner/plan.hpp"
#include "provisioner/slot_record.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// The seam to what is remembered: the durable record of every slot, behind SQLite. One writer; readers at any
// time.
//
// Tables (one SQL dialect; text, integers, no blobs): meta(name, value): schema version, ledger id, key
// fingerprint; plans(number, plan_id, accepted_at); pools(pool_id, …); slots(slot, pool_id, ordinal, …);
// events(number, at, …), append-only; spent(at, client_id, directory_id, writes, resource_units): what was
// sent when, to rebuild the budgets; held(client_id, directory_id, writes, until): whom the service told to
// wait; entered(directory_id, client_id): which application
// provisions there; certificates(fingerprint, …): those that were made as credentials. Every row of every
// table carries a checksum of its columns, which is checked when it is read.

namespace poolwright::provisioner {

// The ledger cannot be used: held by another process, of a newer version, damaged, disk full, not writable.
// what() is one line that says what, where, why and what to do. Ends the program with exit code 70.
class ledger_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

using pool_id = std::int64_t;

// One pool of one tenant as the ledger knows it.
struct pool_row {
    pool_id id = 0;
    guid directory_id;
    std::string pool;
    std::string workload;
    std::string tenant_name;
    std::string named_as;      // how the plan named the tenant: a domain, or the directory id
    std::int64_t planned = 0;  // apps wanted by the newest plan
    std::int64_t plan_number = 0;
    std::string last_error;  // why the tenant as a whole failed in the last run; empty: it did not
};

struct slot_row {
    pool_id pool = 0;
    std::int32_t ordinal = 0;
    slot_record record;
};

// Something that happened, for whoever asks later. Never holds a secret.
struct event_row {
    wall_seconds at{};
    std::string type;  // as in the event stream: app_created, app_ready, tenant_failed, credential_removed, …
    guid directory_id;
    std::string pool;
    std::int32_t ordinal = 0;
    std::string detail;
    std::int64_t number = 0;  // given by the ledger, from 1 in the order of the commits
};

// What was sent to Graph within one second by one calling application in one tenant.
struct spent_row {
    std::string client_id;
    guid directory_id;
    wall_seconds at{};
    std::int64_t writes = 0;
    std::int64_t resource_units = 0;
};

// Which calling application entered a tenant last: what it has begun there it also finishes.
struct entered_row {
    guid directory_id;
    std::string client_id;
};

// The service told a calling application to wait. Without a directory id: in all tenants; without a client
// id: whoever calls in that tenant.
struct held_row {
    std::string client_id;
    guid directory_id;
    bool writes = false;  // what waits: writes, or reads
    wall_seconds until{};
};

// A certificate that was made as the credential of applications, and its private key.
struct certificate_row {
    std::string fingerprint;  // fingerprint_of() the certificate
    guid directory_id;        // of the tenant that it was made for
    bool shared = false;      // by the tenant's apps; else it is one app's
    std::string certificate;  // DER in base64
    std::string sealed;       // private key and certificate (PEM), sealed to the public key
    wall_seconds valid_from{};
    wall_seconds valid_until{};
};

// What one commit changes, all or nothing.
struct ledger_change {
    std::vector<slot_row> slots;  // each replaces the row of its (pool, ordinal)
    std::vector<event_row> events;
    std::vector<spent_row> spent;                              // added to what is there for the same second
    std::vector<std::pair<pool_id, std::string>> pool_errors;  // sets last_error
    std::vector<entered_row> entered;                          // each replaces the one of its tenant
    std::vector<held_row> held;                                // each replaces the one of the same calls
    std::vector<certificate_row> certificates;                 // each replaces the one of its fingerprint
};

// Runs `job` where commits are made, then `done` on the loop's thread, with the exception that the job ended
// with, if any. Real: a thread of the ledger's own, since an fsync must not stall the loop. In tests: an
// event of virtual time; a crash drops it.
using commit_executor =
    std::function<void(std::function<void()> job, std::function<void(std::exception_ptr)> done)>;

// A commit_executor for what has no loop to go on with: makes the commit where it is called.
void commit_at_once(std::function<void()> const& job, std::function<void(std::exception_ptr)> const& done);

// Reading; creates nothing and may be used while a run writes.
class ledger_reader {
public:
    virtual ~ledger_reader() = default;

    [[nodiscard]] virtual std::string ledger_id() const = 0;
    [[nodiscard]] virtual std::string key_fingerprint() const = 0;  // empty: no key yet
    [[nodiscard]] virtual std::int64_t plan_number() const = 0;     // of the newest accepted plan; 0: none
    [[nodiscard]] virtual std::vector<pool_row> pools() const = 0;  // ordered by directory id and pool

    // Every slot, ordered by pool and ordinal. A row whose checksum is wrong throws ledger_error naming it.
    // The visitor may take its time, and may read and commit: rows that are written meanwhile are seen as
    // they were or as they are, each whole.
    virtual void slots(std::function<void(slot_row&&)> const& visit) const = 0;

    // What was sent from `from` on, in the order of time.
    [[nodiscard]] virtual std::vector<spent_row> spent_since(wall_seconds from) const = 0;

    // By tenant; none for a tenant that was last entered by a version that did not remember it.
    [[nodiscard]] virtual std::vector<entered_row> entered() const = 0;

    // Whom the service told to wait, and until when; also what is past.
    [[nodiscard]] virtual std::vector<held_row> held() const = 0;

    // By fingerprint; none in a ledger of a version that made no certificates.
    virtual void certificates(std::function<void(certificate_row&&)> const& visit) const = 0;

    // Events numbered above `after`, in order.
    virtual void events(std::int64_t after, std::function<void(event_row&&)> const& visit) const = 0;
};

// One pool of a plan whose tenant's directory id is known.
struct resolved_pool {
    guid directory_id;
    planner::planned_pool const* planned = nullptr;
};

// A plan that was refused because the ledger holds a newer one for the pool at this index of the pools given.
struct stale_plan {
    stale_plan() = default;
    explicit stale_plan(std::size_t index) : pool_index(index) {}
    std::size_t pool_index = 0;
};

class ledger : public ledger_reader {
public:
    // Records the plan as the newest of its pools and gives their ids, in the order given; pools that are not
    // among them keep their rows, and one that has this very plan keeps its number: to go on with a plan
    // makes it no newer. `from_file`: a saved plan, which is refused if a pool already has a newer one: a
    // pool's present plan is newer if it is another plan (by plan_id) and was accepted after the state that
    // the saved plan was based on, or, where the plan was based on another ledger or none, if the saved plan
    // itself was accepted earlier. Synchronous: called before the loop starts.
    virtual boost::system::result<std::vector<pool_id>, stale_plan> accept_plan(
        planner::plan const& plan, std::span<resolved_pool const> pools, bool from_file,
        wall_seconds now) = 0;

    // Binds the ledger to a key when it has none yet; throws ledger_error if it has another. Synchronous.
    virtual void bind_key(std::string_view fingerprint) = 0;

    // Puts `carried`, whose rows are of `before` or later, in the place of what was sent before `before`, and
    // forgets whom the service held until then. Synchronous.
    virtual void forget_spent(wall_seconds before, std::vector<spent_row> const& carried) = 0;

    // Queues the change; `durable` is called on the loop's thread once it is on disk, in the order of the
    // calls. Changes that wait together are committed together. After a failed commit nothing more is
    // committed, and `durable` gets the exception: the same for every later call.
    virtual void commit(ledger_change change, std::function<void(std::exception_ptr)> durable) = 0;
};

// Where a ledger is: "sqlite:///absolute/path" (percent-encoded), "sqlite://relative" is refused;
// "sqlite::memory:NAME" is memory-backed storage for tests, which lives as long as one ledger or reader on it
// is open. The error is a sentence.
struct ledger_location {
    std::string file;  // empty: memory
    std::string memory_name;
};
boost::system::result<ledger_location, std::string> parse_ledger_url(std::string_view url);

// Opens it for writing, making it (file 0600, folders 0700) if it is not there: WAL, synchronous=FULL,
// quick_check, an OS lock on a file beside it that dies with the process. Throws ledger_error. When
// it ends, the group that is being written is finished, and what waits is dropped untold, as in a crash.
// Memory has no lock.
std::unique_ptr<ledger> make_ledger(ledger_location const& where, commit_executor commits);

// Opens it for reading; null if there is none. Throws ledger_error.
std::unique_ptr<ledger_reader> open_ledger_reader(ledger_location const& where);

}  // namespace poolwright::provisioner
