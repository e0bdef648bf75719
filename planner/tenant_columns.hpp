#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The columns of the tenant CSV: which header means which. Read by the dialect (which delimiter makes sense
// of a header?) and the tenant reader.

namespace poolwright::planner {

enum class tenant_column : std::uint8_t { tenant_id, mailboxes, name, workload, rule, redirect_uri, cloud };

inline constexpr std::size_t tenant_column_count = 7;

// "tenant_id".
std::string_view to_string(tenant_column column) noexcept;

// The column that a header means, without regard to case, spaces, `_` and `-`, by its name or one of its
// other names.
std::optional<tenant_column> column_of(std::string_view header);

// The column whose name (or other name) a mistyped header is nearest to.
std::optional<tenant_column> nearest_column(std::string_view header);

}  // namespace poolwright::planner
