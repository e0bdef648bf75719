#pragma once

#include "cli/access_options.hpp"
#include "cli/common_options.hpp"
#include "cli/exit_code.hpp"
#include "planner/input_file.hpp"
#include "provisioner/mailbox_inquiry.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// How many mailboxes the tenants of a CSV have by their own word. Asked by `count`, and by `plan` and
// `report` with --live.

namespace poolwright::cli {

struct live_count {
    std::string tenant_id;  // as in the CSV, in lower case
    std::string cloud;
    std::string name;
    std::optional<std::int64_t>
        before;  // what the CSV says; nothing if one of the tenant's rows says nothing
    provisioner::mailbox_count found;

    [[nodiscard]] bool counted() const noexcept { return found.source != provisioner::count_source::none; }
};

class live_counts {
public:
    // Adds a row's tenant, or takes note of another row of it.
    void add(std::string const& tenant_id, std::string const& cloud, std::string const& name,
             std::optional<std::int64_t> before);

    [[nodiscard]] std::vector<live_count>& tenants() noexcept { return tenants_; }
    [[nodiscard]] std::vector<live_count> const& tenants() const noexcept { return tenants_; }

    // Nothing if the tenant was not counted.
    [[nodiscard]] std::optional<std::int64_t> mailboxes_of(std::string const& tenant_id,
                                                           std::string const& cloud) const;

    // There are tenants, and not one was counted.
    [[nodiscard]] bool nothing_learnt() const noexcept;

    // Done also where a tenant keeps the number that it had; incomplete where it had none. If nothing was
    // learnt: unreachable or refused where that is why for all, else incomplete.
    [[nodiscard]] exit_code code() const noexcept;

private:
    std::vector<live_count> tenants_;
    std::map<std::pair<std::string, std::string>, std::size_t> places_;
};

// Asks every tenant of the CSV once. Throws failure: for what is wrong with the file or the options, and
// `interrupted`.
live_counts count_mailboxes(planner::input_file& file, access_options const& who,
                            common_options const& common);

// As warnings: which tenants could not be counted, why, and what becomes of them (`without` says it of those
// that have no number). Throws the failure that code() asks for if no tenant was counted, with that hint.
void tell_of_uncounted(live_counts const& counts, std::string_view without, std::string const& hint,
                       common_options const& common);

}  // namespace poolwright::cli
