#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Which rows have the same tenant and pool, for a file of any size: 16 bytes a row, sorted at the end. Used
// by the tenant reader.

namespace poolwright::planner {

class duplicate_rows {
public:
    // A row that repeats an earlier one.
    struct pair {
        std::uint32_t line;
        std::uint16_t column;
        std::uint32_t first_line;
    };

    duplicate_rows();

    // Remembers a row; the place is the one that a problem will name.
    void add(std::string_view tenant_id, std::string_view pool, std::uint32_t line, std::uint16_t column);

    // Every row that repeats an earlier one, with the first one of its kind, in the order of lines. Ends the
    // use of this object.
    std::vector<pair> find();

private:
    // 80 bits of a keyed hash tell rows apart: among 10^8 rows two different ones are mistaken for each other
    // once in 10^8 files, and nobody can make such a pair without the key.
    struct entry {
        std::uint64_t hash_high;
        std::uint16_t hash_low;
        std::uint16_t column;
        std::uint32_t line;
    };
    static_assert(sizeof(entry) == 16);

    std::array<unsigned char, 16> key_{};
    std::vector<entry> rows_;
    std::string text_;  // of the row that is added
};

}  // namespace poolwright::planner
