#pragma once

#include "provisioner/ledger.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// A small ledger in memory for the tests of what reads one.

namespace poolwright::cli {

// A pool of a plan. Tenants are known by number (guid_for).
struct made_pool {
    std::uint32_t tenant = 0;
    std::string named_as{};  // empty: the directory id
    std::string name{};
    std::string pool = "exchange";
    std::int64_t planned = 0;
};

class made_fleet {
public:
    explicit made_fleet(std::vector<made_pool> const& pools);

    // A slot of the pool at that index; its ids follow from index and ordinal.
    void add(std::size_t pool, std::int32_t ordinal, provisioner::slot_state state, std::string reason = "");
    void add(provisioner::slot_row row);

    void fail_tenant(std::size_t pool, std::string why);

    // An app that is ready; nothing is committed.
    [[nodiscard]] provisioner::slot_row ready_slot(std::size_t pool, std::int32_t ordinal) const;

    [[nodiscard]] provisioner::ledger& book() const { return *book_; }

private:
    std::unique_ptr<provisioner::ledger> book_;
    std::vector<provisioner::pool_id> ids_;
};

}  // namespace poolwright::cli
