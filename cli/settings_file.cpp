#include "cli/settings_file.hpp"

#include "cli/failure.hpp"
#include "cli/paths.hpp"
#include "cli/whole_file.hpp"
#include "planner/input_file.hpp"

#include <filesystem>
#include <utility>

namespace poolwright::cli {

namespace {

constexpr std::size_t largest_config = 1'048'576;

[[noreturn]] void refuse(planner::problem what) {
    planner::problem_list problems;
    problems.add(std::move(what));
    throw failure(problems);
}

}  // namespace

std::optional<std::string> settings_path(std::string const& named) {
    if (!named.empty()) return named;
    auto const folder = config_folder();
    std::error_code ignored;
    if (!folder || !std::filesystem::exists(*folder / "config.toml", ignored)) return std::nullopt;
    return (*folder / "config.toml").string();
}

std::vector<setting> read_settings(std::string const& named) {
    auto const path = settings_path(named);
    if (!path) return {};
    auto file = planner::input_file::open(*path);
    if (!file) refuse(file.error());
    auto const text = read_whole(*file, largest_config);
    if (!text) refuse(text.error());
    auto settings = parse_config(*text, file->name());
    if (!settings) refuse(settings.error());
    return *std::move(settings);
}

}  // namespace poolwright::cli
