#include "provisioner/ledger_writer.hpp"

#include "provisioner/ledger_plans.hpp"
#include "provisioner/ledger_schema.hpp"
#include "provisioner/ledger_tables.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace poolwright::provisioner {
namespace {

void prepare_tables(ledger_session& session, bool in_memory) {
    if (has_no_tables(session)) return make_tables(session);
    check_version(session);
    // Memory does not decay; a simulation opens its ledger a thousand times.
    if (!in_memory) check_structure(session);
    make_newer_tables(session);
}

// Every commit is on disk when it returns, and readers go on beside it.
void write_ahead(ledger_session& session) {
    std::string mode;
    session.execute("PRAGMA synchronous = FULL");
    session.execute("PRAGMA journal_mode = WAL", soci::into(mode));
    if (mode != "wal") session.fail_without_log(mode);
}

// Leaves one file that can be read where nothing can be written.
void leave_one_file(ledger_session& session) noexcept {
    try {
        session.execute("PRAGMA busy_timeout = 0");
        session.execute("PRAGMA journal_mode = DELETE");
    } catch (std::exception const&) {
        // Passed over on purpose: where a reader is, it stays as it is, which is sound too.
    }
}

// What was sent, once for each second, application and tenant: most changes of a group share theirs.
std::vector<spent_columns> sums(std::span<ledger_change const> changes) {
    std::map<std::tuple<std::int64_t, std::string, std::string>, spent_columns> sums;
    for (auto const& change : changes) {
        for (auto const& spent : change.spent) {
            auto row = columns_of(spent);
            auto const [sum, added] = sums.try_emplace({row.at, row.client_id, row.directory_id}, row);
            if (added) continue;
            sum->second.writes += row.writes;
            sum->second.resource_units += row.resource_units;
        }
    }
    std::vector<spent_columns> rows;
    rows.reserve(sums.size());
    for (auto& sum : sums) rows.push_back(std::move(sum.second));
    return rows;
}

// The first pool that has a newer plan than the saved one given.
std::optional<stale_plan> first_stale(planner::plan const& plan, std::span<resolved_pool const> pools,
                                      plan_history const& history, pool_book const& book) {
    for (std::size_t i = 0; i < pools.size(); ++i) {
        auto const* const present = book.find(pools[i]);
        if (present != nullptr && history.is_newer(present->plan_number, plan)) return stale_plan(i);
    }
    return std::nullopt;
}

std::vector<pool_id> record(ledger_session& session, planner::plan const& plan,
                            std::span<resolved_pool const> pools, plan_history const& history,
                            pool_book& book, wall_seconds now) {
    // A run that only goes on with the newest plan is no plan of its own.
    auto const number = history.newest() + (history.is(history.newest(), plan.plan_id) ? 0 : 1);
    row_writer<pool_columns> rows(session);
    bool used = false;
    std::vector<pool_id> ids;
    ids.reserve(pools.size());
    for (auto const& pool : pools) {
        auto const* const present = book.find(pool);
        bool const has_plan = present != nullptr && history.is(present->plan_number, plan.plan_id);
        used = used || !has_plan;
        auto const [row, changed] = book.record(pool, has_plan, number);
        if (changed) rows.put(row);
        ids.push_back(row.pool_id);
    }
    if (used && number > history.newest()) {
        row_writer<plan_columns>(session).put({number, plan.plan_id, now.time_since_epoch().count()});
    }
    return ids;
}

}  // namespace

struct ledger_writer::statements {
    explicit statements(ledger_session& session)
        : slots(session),
          events(session),
          spent(session),
          pools(session),
          entered(session),
          held(session),
          certificates(session),
          same_spent(session, "WHERE at = :at AND client_id = :client_id AND directory_id = :directory_id"),
          same_pool(session, "WHERE pool_id = :pool_id") {
        same_spent.with(sought_spent.at).with(sought_spent.client_id).with(sought_spent.directory_id);
        same_pool.with(sought_pool);
        session.execute("SELECT coalesce(max(number), 0) FROM events", soci::into(last_event));
    }

    row_writer<slot_columns> slots;
    row_writer<event_columns> events;
    row_writer<spent_columns> spent;
    row_writer<pool_columns> pools;
    row_writer<entered_columns> entered;
    row_writer<held_columns> held;
    row_writer<certificate_columns> certificates;
    spent_columns sought_spent;
    row_reader<spent_columns> same_spent;
    pool_id sought_pool = 0;
    row_reader<pool_columns> same_pool;
    std::int64_t last_event = 0;

    void put_events(std::vector<event_row> const& rows) {
        for (auto const& row : rows) {
            auto columns = columns_of(row);
            columns.number = ++last_event;
            events.put(std::move(columns));
        }
    }

    void add_spent(spent_columns row) {
        sought_spent = row;
        for (auto const& before : same_spent.all()) {
            row.writes += before.writes;
            row.resource_units += before.resource_units;
        }
        spent.put(std::move(row));
    }

    void set_error(pool_id pool, std::string const& error) {
        sought_pool = pool;
        auto found = same_pool.all();
        if (found.empty()) throw std::out_of_range(fmt::format("the ledger has no pool {}", pool));
        found.front().last_error = error;
        pools.put(std::move(found.front()));
    }
};

std::shared_ptr<ledger_writer> ledger_writer::open(ledger_location const& where) {
    bool const in_memory = where.file.empty();
    std::optional<file_lock> lock;
    std::optional<opened_file> place;
    std::unique_ptr<ledger_session> session;
    if (in_memory) {
        session = ledger_session::connect_memory(where.memory_name);
    } else {
        auto const file = prepare_ledger_path(where.file);
        require_writable(file);
        lock = lock_ledger(file);
        prepare_ledger_file(file);
        place.emplace(file);
        session = ledger_session::connect_file(file, ledger_session::use::writing);
    }
    session->run([&] {
        prepare_tables(*session, in_memory);
        if (!in_memory) write_ahead(*session);
    });
    return std::make_shared<ledger_writer>(std::move(session), std::move(lock), std::move(place));
}

ledger_writer::ledger_writer(std::unique_ptr<ledger_session> session, std::optional<file_lock> lock,
                             std::optional<opened_file> file)
    : ledger_store(std::move(session)), lock_(std::move(lock)), place_(std::move(file)) {}

ledger_writer::~ledger_writer() {
    close();
}

template <class Work>
void ledger_writer::transaction(Work const& work) {
    std::lock_guard const lock(mutex_);
    if (!session_) return;
    if (failure_) std::rethrow_exception(failure_);
    try {
        session_->run([&] {
            soci::transaction whole(session_->sql());
            work();
            whole.commit();
        });
        // Afterwards, so that nothing is told to be durable that is not.
        if (place_) place_->require_in_place();
    } catch (...) {
        failure_ = std::current_exception();
        throw;
    }
}

boost::system::result<std::vector<pool_id>, stale_plan> ledger_writer::accept_plan(
    planner::plan const& plan, std::span<resolved_pool const> pools, bool from_file, wall_seconds now) {
    std::vector<pool_id> ids;
    std::optional<stale_plan> refused;
    transaction([&] {
        plan_history const history(read_meta(*session_, meta_ledger_id), read_rows<plan_columns>(*session_));
        pool_book book(read_rows<pool_columns>(*session_));
        if (from_file) refused = first_stale(plan, pools, history, book);
        if (!refused) ids = record(*session_, plan, pools, history, book, now);
    });
    if (refused) return *refused;
    return ids;
}

void ledger_writer::bind_key(std::string_view fingerprint) {
    transaction([&] {
        auto const present = read_meta(*session_, meta_key_fingerprint);
        if (present == fingerprint) return;
        if (!present.empty()) session_->fail_other_key(present);
        write_meta(*session_, meta_key_fingerprint, fingerprint);
    });
}

void ledger_writer::forget_spent(wall_seconds before, std::vector<spent_row> const& carried) {
    std::int64_t const first_kept = before.time_since_epoch().count();
    transaction([&] {
        session_->execute("DELETE FROM spent WHERE at < :at", soci::use(first_kept));
        session_->execute("DELETE FROM held WHERE until < :at", soci::use(first_kept));
        for (auto const& row : carried) prepared().add_spent(columns_of(row));
    });
}

std::int64_t ledger_writer::reseal_slots(resealer const& reseal) {
    std::optional<std::int64_t> last;
    std::int64_t resealed = 0;
    std::vector<slot_columns> rows;
    do {
        rows = rows_after<slot_columns>(*session_, last);
        for (auto& row : rows) {
            last = row.slot;
            if (row.sealed.empty() || row.sealed.starts_with(certificate_mark)) continue;
            row.sealed = reseal(
                {.pool = row.pool_id, .ordinal = static_cast<std::int32_t>(row.ordinal), .certificate = {}},
                row.sealed);
            prepared().slots.put(std::move(row));
            ++resealed;
        }
    } while (rows.size() == rows_at_a_time);
    return resealed;
}

std::int64_t ledger_writer::reseal_certificates(resealer const& reseal) {
    std::optional<std::string> last;
    std::int64_t resealed = 0;
    std::vector<certificate_columns> rows;
    do {
        rows = rows_after<certificate_columns>(*session_, last);
        for (auto& row : rows) {
            last = row.fingerprint;
            row.sealed = reseal({.pool = 0, .ordinal = 0, .certificate = row.fingerprint}, row.sealed);
            prepared().certificates.put(std::move(row));
            ++resealed;
        }
    } while (rows.size() == rows_at_a_time);
    return resealed;
}

std::int64_t ledger_writer::change_key(std::string_view fingerprint, resealer const& reseal,
                                       wall_seconds now) {
    std::int64_t resealed = 0;
    session_->run([&] { session_->execute("PRAGMA secure_delete = ON"); });
    transaction([&] {
        resealed = reseal_slots(reseal) + reseal_certificates(reseal);
        write_meta(*session_, meta_key_fingerprint, fingerprint);
        event_row event;
        event.at = now;
        event.type = "key_changed";
        event.detail = fingerprint;
        prepared().put_events({event});
    });
    return resealed;
}

ledger_writer::statements& ledger_writer::prepared() {
    if (!statements_) statements_ = std::make_unique<statements>(*session_);
    return *statements_;
}

void ledger_writer::apply(std::span<ledger_change const> changes) {
    transaction([&] {
        session_->sending();
        auto& into = prepared();
        for (auto const& change : changes) {
            for (auto const& slot : change.slots) into.slots.put(columns_of(slot));
            into.put_events(change.events);
            for (auto const& [pool, error] : change.pool_errors) into.set_error(pool, error);
            for (auto const& row : change.entered) into.entered.put(columns_of(row));
            for (auto const& row : change.held) into.held.put(columns_of(row));
            for (auto const& row : change.certificates) into.certificates.put(columns_of(row));
        }
        for (auto& row : sums(changes)) into.add_spent(std::move(row));
    });
}

void ledger_writer::close() noexcept {
    std::lock_guard const lock(mutex_);
    if (!session_) return;
    statements_.reset();
    if (lock_) leave_one_file(*session_);
    session_.reset();
    lock_.reset();
}

}  // namespace poolwright::provisioner
