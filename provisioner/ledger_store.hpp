#pragma once

#include "provisioner/ledger_file.hpp"
#include "provisioner/ledger_session.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the ledger holds, read from any one thread at a time. Used by the ledger alone.

namespace poolwright::provisioner {

class ledger_store {
public:
    explicit ledger_store(std::unique_ptr<ledger_session> session) : session_(std::move(session)) {}

    // Null if there is no ledger.
    static std::unique_ptr<ledger_store> open_for_reading(ledger_location const& where);

    // As in ledger_reader. A visitor runs without a lock held, so that a slow one does not stand in the way
    // of a run; whether it sees rows that are written meanwhile is left open.
    std::string meta(std::string_view name);
    std::int64_t plan_number();
    std::vector<pool_row> pools();
    void slots(std::function<void(slot_row&&)> const& visit);
    std::vector<spent_row> spent_since(wall_seconds from);
    std::vector<entered_row> entered();
    std::vector<held_row> held();
    void certificates(std::function<void(certificate_row&&)> const& visit);
    void events(std::int64_t after, std::function<void(event_row&&)> const& visit);

private:
    ledger_store() = default;
    void connect_to_file();

    template <class Work>
    auto read(Work const& work) -> decltype(work());
    template <class Row, class Key, class Visit>
    void visit_after(std::optional<Key> last, Key Row::* key, Visit const& visit);

    std::optional<std::filesystem::path> file_;  // of a reader
    std::optional<unused_database> unused_;

protected:
    std::mutex mutex_;
    std::unique_ptr<ledger_session> session_;
};

}  // namespace poolwright::provisioner
