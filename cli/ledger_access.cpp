#include "cli/ledger_access.hpp"

#include "cli/failure.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

provisioner::ledger_location ledger_location_of(common_options const& common) {
    if (common.state.empty()) {
        throw failure(wrong_usage, "neither XDG_STATE_HOME nor HOME says where the ledger is",
                      "name it: --state sqlite:///path/fleet.db");
    }
    auto where = provisioner::parse_ledger_url(common.state);
    if (!where) throw failure(wrong_usage, where.error());
    return *std::move(where);
}

std::unique_ptr<provisioner::ledger_reader> open_ledger(common_options const& common) {
    return provisioner::open_ledger_reader(ledger_location_of(common));
}

std::unique_ptr<provisioner::ledger_reader> open_ledger_if_any(common_options const& common) {
    return common.state.empty() ? nullptr : open_ledger(common);
}

std::string words_for_no_ledger(common_options const& common) {
    if (common.state.empty()) return "there is no ledger yet";
    return fmt::format("there is no ledger `{}` yet", ledger_location_of(common).file);
}

}  // namespace poolwright::cli
