#pragma once

#include "provisioner/ledger.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the tests of the ledger share: rows with a value in every column, plans, and executors that commit at
// once, when told, or never.

namespace poolwright::provisioner {

// A different GUID for every number above 0.
guid guid_for(std::uint32_t number);

wall_seconds second(std::int64_t count);

// Every column has a value of its own.
slot_row full_slot(pool_id pool, std::int32_t ordinal, std::string reason = "because");

// A plan whose plan_id is made from that letter, with a pool "exchange" of `apps` apps for each of the
// tenants.
struct made_plan {
    planner::plan plan;
    std::vector<resolved_pool> pools;

    made_plan(char letter, std::vector<std::uint32_t> const& tenants, std::int64_t apps = 5);
    made_plan(made_plan const&) = delete;
    made_plan& operator=(made_plan const&) = delete;

    made_plan& based_on(std::string ledger_id, std::int64_t plan_number);
};

// Commits within the call.
commit_executor commits_at_once();

// Keeps the commits until it is told to make them; dropping them is a crash.
class held_commits {
public:
    commit_executor executor();
    [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }
    void run_one();
    void run_all();
    void drop() { queue_.clear(); }

private:
    struct held {
        std::function<void()> job;
        std::function<void(std::exception_ptr)> done;
    };
    std::deque<held> queue_;
};

// A change of one slot.
ledger_change change_of(slot_row row);

// Commits and waits, which only works with commits_at_once(); throws what the commit ended with.
void commit_now(ledger& book, ledger_change change);

// Everything that a reader gives, as text.
std::string contents(ledger_reader const& book);

ledger_location at_file(std::string const& file);
ledger_location in_memory(std::string const& name);

// Does to the file what no program of ours would.
void run_sql(std::string const& file, std::string const& statement);

// The message of the ledger_error that `act` ends with; fails the test if it ends otherwise.
std::string error_of(std::function<void()> const& act);

inline bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace poolwright::provisioner
