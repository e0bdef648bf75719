#include "examples/sandbox/faults.hpp"

namespace poolwright::sandbox {

std::optional<fault> fault_injector::strike(std::string_view route, generator& random) {
    fault const* struck = nullptr;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        auto const& rule = rules_[i];
        if (rule.route != "*" && rule.route != route) continue;
        auto const count = ++seen_[i];
        auto const hit = rule.nth > 0 ? count == rule.nth : random.fraction() < rule.probability;
        if (hit && struck == nullptr) struck = &rule.what;
    }
    if (struck == nullptr) return std::nullopt;
    return *struck;
}

}  // namespace poolwright::sandbox
