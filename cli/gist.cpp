#include "cli/gist.hpp"

#include "planner/wording.hpp"

#include <algorithm>
#include <cstddef>

namespace poolwright::cli {

std::string gist_of(std::string_view why) {
    std::string gist;
    for (std::size_t i = 0; i < why.size();) {
        std::size_t end = i;
        while (end < why.size() && (planner::is_hex(why[end]) || why[end] == '-')) ++end;
        auto const run = why.substr(i, end - i);
        bool const number = std::any_of(run.begin(), run.end(), planner::is_digit);
        gist += number ? std::string_view("#") : why.substr(i, std::max<std::size_t>(end - i, 1));
        i = std::max(end, i + 1);
    }
    return gist;
}

}  // namespace poolwright::cli
