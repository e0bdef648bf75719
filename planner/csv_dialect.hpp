#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// Which delimiter a CSV uses: from a first line `sep=;`, as Excel reads and writes it, or else from the
// header. Used by the row reader.

namespace poolwright::planner {

struct csv_dialect {
    char delimiter = ',';    // `,` `;` or tab; 0: the `sep=` line asks for another one
    std::size_t before = 0;  // bytes of the `sep=` line, which comes before the header
};

// From the beginning of a text, without byte order mark. Nothing if more of the text is needed to tell;
// `whole` says that there is no more.
std::optional<csv_dialect> find_dialect(std::string_view text, bool whole);

}  // namespace poolwright::planner
