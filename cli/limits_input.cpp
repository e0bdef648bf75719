#include "cli/limits_input.hpp"

#include "cli/failure.hpp"
#include "cli/whole_file.hpp"
namespace poolwright::cli {
throttle::limits read_limits(std::string const& path) {
    if (path.empty()) return throttle::published_limits();
    auto const parsed = throttle::parse_limits(read_document(path).text);
    if (parsed) return *parsed;
    planner::problem_list problems;
    for (auto const& each : parsed.error()) {
        problems.add({.file = path, .line = 0, .column = 0, .message = each});
    }
    throw failure(problems);
}

}  // namespace poolwright::cli
