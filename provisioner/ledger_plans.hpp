#pragma once

#include "provisioner/ledger_rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// What the ledger decides when a plan is to be recorded: whether the plan is older than what is there, and
// which rows change. Pure; used by the ledger alone.

namespace poolwright::provisioner {

// The plans that were accepted so far. Numbers only grow; the same plan may have several.
class plan_history {
public:
    plan_history(std::string ledger_id, std::vector<plan_columns> const& plans);

    [[nodiscard]] std::int64_t newest() const noexcept { return plans_.empty() ? 0 : plans_.rbegin()->first; }
    [[nodiscard]] bool is(std::int64_t number, std::string_view plan_id) const;

    // Whether a pool whose present plan has that number must not go back to the saved plan `plan`. It must
    // not if the present plan is another one, and was accepted after the state that `plan` was based on;
    // where that state is of another ledger or unknown, if `plan` itself was accepted before it.
    [[nodiscard]] bool is_newer(std::int64_t present, planner::plan const& plan) const;

private:
    std::string ledger_id_;
    std::map<std::int64_t, std::string> plans_;
    std::unordered_map<std::string, std::int64_t> first_accepted_;
};

// The pools that the ledger knows, by tenant and name.
class pool_book {
public:
    explicit pool_book(std::vector<pool_columns> pools);

    // Null if it is not known yet.
    [[nodiscard]] pool_columns const* find(resolved_pool const& pool) const;

    // The row as the plan wants it, and whether that changes anything. A pool that has this very plan already
    // keeps the number of it, since doing the same again makes no plan newer; another gets `number`.
    std::pair<pool_columns const&, bool> record(resolved_pool const& pool, bool has_plan,
                                                std::int64_t number);

private:
    static std::string key_of(std::string_view directory_id, std::string_view pool);

    std::unordered_map<std::string, pool_columns> pools_;
    pool_id last_ = 0;
};

}  // namespace poolwright::provisioner
