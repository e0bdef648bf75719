#pragma once

#include "provisioner/ledger_key.hpp"
#include "provisioner/ledger_store.hpp"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

// The one writer of a ledger: every change is a transaction, and after one has failed there is none any more.
// Used by the ledger alone.

namespace poolwright::provisioner {

class ledger_writer : public ledger_store {
public:
    // Makes the ledger if there is none. Throws ledger_error.
    static std::shared_ptr<ledger_writer> open(ledger_location const& where);

    // A ledger in memory has neither a lock nor a file.
    ledger_writer(std::unique_ptr<ledger_session> session, std::optional<file_lock> lock,
                  std::optional<opened_file> file);
    ~ledger_writer();

    // As in ledger.
    boost::system::result<std::vector<pool_id>, stale_plan> accept_plan(planner::plan const& plan,
                                                                        std::span<resolved_pool const> pools,
                                                                        bool from_file, wall_seconds now);
    void bind_key(std::string_view fingerprint);
    void forget_spent(wall_seconds before, std::vector<spent_row> const& carried);

    // As in ledger_key.
    std::int64_t change_key(std::string_view fingerprint, resealer const& reseal, wall_seconds now);

    // Writes all of the changes in one transaction, on whichever thread. After close() it does nothing.
    void apply(std::span<ledger_change const> changes);

    // Waits for an apply() that is under way, then lets go of the file and its lock.
    void close() noexcept;

private:
    // What is prepared once and used for every group of changes.
    struct statements;

    template <class Work>
    void transaction(Work const& work);
    statements& prepared();
    std::int64_t reseal_slots(resealer const& reseal);
    std::int64_t reseal_certificates(resealer const& reseal);

    std::optional<file_lock> lock_;
    std::optional<opened_file> place_;
    std::unique_ptr<statements> statements_;
    std::exception_ptr failure_;
};

}  // namespace poolwright::provisioner
