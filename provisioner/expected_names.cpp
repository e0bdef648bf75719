#include "provisioner/expected_names.hpp"

#include "provisioner/naming.hpp"

#include <algorithm>

namespace poolwright::provisioner {
namespace {

name_holder holder_of(application_facts const& app, guid const& intent, bool deleted) {
    if (!app.ours) return deleted ? name_holder::deleted_foreign : name_holder::foreign;
    bool const known = !intent.empty() && app.intent == intent;
    if (known) return deleted ? name_holder::deleted : name_holder::ours;
    return deleted ? name_holder::deleted_other : name_holder::other_ledger;
}

}  // namespace

void expected_names::add(std::string_view pool, std::int32_t ordinal, guid const& intent) {
    names_[unique_name(pool, ordinal)] = {.intent = intent};
    if (std::find(pools_.begin(), pools_.end(), pool) == pools_.end()) pools_.emplace_back(pool);
}

void expected_names::see(application_facts const& app, bool deleted) {
    auto const found = names_.find(app.unique_name);
    if (found != names_.end()) found->second.holder = holder_of(app, found->second.intent, deleted);
}

std::vector<std::string> expected_names::held_by(name_holder who) const {
    std::vector<std::string> held;
    for (auto const& [name, each] : names_) {
        if (each.holder == who) held.push_back(name);
    }
    return held;
}

}  // namespace poolwright::provisioner
