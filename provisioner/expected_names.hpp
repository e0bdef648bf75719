#pragma once

#include "provisioner/graph_reply.hpp"
#include "provisioner/guid.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The unique names that apps are going to be made with, and who holds them in the tenant. Pure.

namespace poolwright::provisioner {

// Who holds a name that is going to be used.
enum class name_holder : std::uint8_t {
    nobody,
    ours,           // carries the intent that the ledger has for it
    other_ledger,   // ours by its tag, with another intent
    foreign,        // not made by poolwright
    deleted,        // of those that carry our intent
    deleted_other,  // of those of another ledger
    deleted_foreign,
};

class expected_names {
public:
    // An app that is not ready; `intent` is empty where the ledger knows nothing of it yet.
    void add(std::string_view pool, std::int32_t ordinal, guid const& intent);

    [[nodiscard]] bool empty() const noexcept { return names_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return names_.size(); }
    [[nodiscard]] std::vector<std::string> const& pools() const noexcept { return pools_; }

    // An application that is there, or among the deleted.
    void see(application_facts const& app, bool deleted);

    // The names that such a one holds, in order.
    [[nodiscard]] std::vector<std::string> held_by(name_holder who) const;

private:
    struct expected {
        guid intent;
        name_holder holder = name_holder::nobody;
    };
    std::map<std::string, expected> names_;
    std::vector<std::string> pools_;
};

}  // namespace poolwright::provisioner
