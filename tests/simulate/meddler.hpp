#pragma once

#include "tests/simulate/dice.hpp"
#include "tests/simulate/world.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

// Somebody else, who works in the same directories.

namespace poolwright::simulate {

class meddler {
public:
    meddler(world& where, dice random) : where_(where), random_(random) {}

    // One edit of some kind, if there is anything to edit.
    void meddle();

    // The object ids of what was changed so that the ledger's word no longer holds.
    [[nodiscard]] std::set<std::string> const& edited() const noexcept { return edited_; }
    // Whether the application of that name in the tenant was edited, or its name taken.
    [[nodiscard]] bool touched(std::string const& tenant, std::string const& name) const {
        return touched_.contains({tenant, name});
    }
    // Whether poolwright must leave that name alone for ever: the name is taken, or the tags were changed.
    [[nodiscard]] bool blocked(std::string const& tenant, std::string const& name) const {
        return blocked_.contains({tenant, name});
    }
    // Whether it has a certificate of somebody else, so that none can be registered.
    [[nodiscard]] bool certified(std::string const& tenant, std::string const& name) const {
        return certified_.contains({tenant, name});
    }
    [[nodiscard]] std::uint64_t edits() const noexcept { return edits_; }

    std::function<void(std::string_view line)> note = {};

private:
    using place = std::pair<std::string, std::string>;  // tenant, uniqueName

    void edit(sandbox::application_view const& app);
    void remove_credential(sandbox::application_view const& app);
    void take_name();
    void done(std::string_view what, sandbox::application_view const& app);

    world& where_;
    dice random_;
    std::set<std::string> edited_;
    std::set<place> touched_;
    std::set<place> blocked_;
    std::set<place> certified_;
    std::uint64_t edits_ = 0;
};

}  // namespace poolwright::simulate
