#include "cli/limits_input.hpp"

#include "cli/failure.hpp"
#include "cli/whole_file.hpp"
#include "planner/input_file.hpp"

#include <utility>

namespace poolwright::cli {
namespace {

planner::problem_list list_of(planner::problem what) {
    planner::problem_list problems;
    problems.add(std::move(what));
    return problems;
}

std::string read_text(std::string const& path) {
    constexpr std::size_t largest = 1'048'576;
    auto file = planner::input_file::open(path);
    if (!file) throw failure(list_of(file.error()));
    auto text = read_whole(*file, largest);
    if (!text) throw failure(list_of(text.error()));
    return std::move(*text);
}

}  // namespace

throttle::limits read_limits(std::string const& path) {
    if (path.empty()) return throttle::published_limits();
    auto const parsed = throttle::parse_limits(read_text(path));
    if (parsed) return *parsed;
    planner::problem_list problems;
    for (auto const& each : parsed.error()) {
        problems.add({.file = path, .line = 0, .column = 0, .message = each});
    }
    throw failure(problems);
}

}  // namespace poolwright::cli
