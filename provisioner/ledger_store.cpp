#include "provisioner/ledger_store.hpp"

#include "provisioner/ledger_schema.hpp"
#include "provisioner/ledger_tables.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>

namespace poolwright::provisioner {
namespace {

// A run that was killed while it changed the file itself left the change half done, and what is opened for
// reading alone cannot undo it. Without this even `provision`, which reads before it writes, would be refused
// for ever.
void undo_unfinished(std::filesystem::path const& file) {
    if (!has_rollback_journal(file)) return;
    try {
        auto const session = ledger_session::connect_file(file, ledger_session::use::writing);
        session->run([&] { session->execute("SELECT count(*) FROM sqlite_master"); });
    } catch (ledger_error const&) {
        // Passed over on purpose: the reading that follows says what is wrong.
    }
}

}  // namespace

std::unique_ptr<ledger_store> ledger_store::open_for_reading(ledger_location const& where) {
    std::unique_ptr<ledger_store> store(new ledger_store);
    if (where.file.empty()) {
        store->session_ = ledger_session::connect_memory(where.memory_name);
    } else {
        store->file_ = find_ledger_file(where.file);
        if (!store->file_) return nullptr;
        store->connect_to_file();
    }
    bool const none = store->read([&] {
        if (has_no_tables(*store->session_)) return true;
        check_version(*store->session_);
        if (store->file_) check_structure(*store->session_);
        return false;
    });
    if (none) return nullptr;
    return store;
}

void ledger_store::connect_to_file() {
    undo_unfinished(*file_);
    unused_ = unused_database::find(*file_);
    session_ = ledger_session::connect_file(
        *file_, unused_ ? ledger_session::use::reading_unused : ledger_session::use::reading);
}

// If a run began on a database that was read as unused, what was read may be of two states, or look like
// damage: it is read again, beside the run.
template <class Work>
auto ledger_store::read(Work const& work) -> decltype(work()) {
    std::lock_guard const lock(mutex_);
    for (;; connect_to_file()) {
        try {
            auto result = session_->run(work);
            if (!unused_ || unused_->still_unused()) return result;
        } catch (ledger_error const&) {
            if (!unused_ || unused_->still_unused()) throw;
        }
    }
}

template <class Row, class Key, class Visit>
void ledger_store::visit_after(std::optional<Key> last, Key Row::* key, Visit const& visit) {
    std::vector<Row> rows;
    do {
        rows = read([&] { return rows_after<Row>(*session_, last); });
        for (auto& row : rows) {
            last = row.*key;
            visit(understood(*session_, std::move(row)));
        }
    } while (rows.size() == rows_at_a_time);
}

std::string ledger_store::meta(std::string_view name) {
    return read([&] { return read_meta(*session_, name); });
}

std::int64_t ledger_store::plan_number() {
    return read([&] {
        std::int64_t newest = 0;
        for (auto const& plan : read_rows<plan_columns>(*session_)) newest = std::max(newest, plan.number);
        return newest;
    });
}

std::vector<pool_row> ledger_store::pools() {
    auto columns = read([&] { return read_rows<pool_columns>(*session_); });
    std::vector<pool_row> pools;
    pools.reserve(columns.size());
    for (auto& row : columns) pools.push_back(understood(*session_, std::move(row)));
    // Not by an index: its order would have to be believed, that of the rows is checked.
    std::ranges::sort(pools, {}, [](pool_row const& row) { return std::tie(row.directory_id, row.pool); });
    return pools;
}

void ledger_store::slots(std::function<void(slot_row&&)> const& visit) {
    visit_after({}, &slot_columns::slot, visit);
}

std::vector<spent_row> ledger_store::spent_since(wall_seconds from) {
    std::vector<spent_row> spent;
    // All of it: a damaged time must be found, not passed over.
    for (auto& row : read([&] { return read_rows<spent_columns>(*session_, "ORDER BY at"); })) {
        auto known = understood(*session_, std::move(row));
        if (known.at >= from) spent.push_back(std::move(known));
    }
    return spent;
}

std::vector<entered_row> ledger_store::entered() {
    std::vector<entered_row> entered;
    auto columns = read([&] {
        return has_entered_table(*session_) ? read_rows<entered_columns>(*session_)
                                            : std::vector<entered_columns>();
    });
    for (auto& row : columns) entered.push_back(understood(*session_, std::move(row)));
    return entered;
}

std::vector<held_row> ledger_store::held() {
    std::vector<held_row> held;
    auto columns = read([&] {
        return has_held_table(*session_) ? read_rows<held_columns>(*session_) : std::vector<held_columns>();
    });
    for (auto& row : columns) held.push_back(understood(*session_, std::move(row)));
    return held;
}

void ledger_store::certificates(std::function<void(certificate_row&&)> const& visit) {
    if (!read([&] { return has_certificates_table(*session_); })) return;
    visit_after({}, &certificate_columns::fingerprint, visit);
}

void ledger_store::events(std::int64_t after, std::function<void(event_row&&)> const& visit) {
    visit_after(after > 0 ? std::optional(after) : std::nullopt, &event_columns::number, visit);
}

}  // namespace poolwright::provisioner
