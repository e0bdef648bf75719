#pragma once

#include "planner/input_file.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>

// The tenant CSV once more, with the numbers of mailboxes filled in.

namespace poolwright::cli {

// The new number of a tenant, by its id in lower case and its row's cloud; nothing: the cell stays as it is.
using number_source =
    std::function<std::optional<std::int64_t>(std::string const& tenant_id, std::string const& cloud)>;

// All columns in their order, the file's delimiter, `sep=` line and line ends, without a byte order mark; the
// column `mailboxes` is added at the end where there is none. Cells that a spreadsheet would take for a
// formula get a leading `'`. `file` was read without a problem before. Throws failure(bad_input) if it has
// changed.
void write_counted_csv(planner::input_file& file, number_source const& numbers, std::ostream& out);

}  // namespace poolwright::cli
