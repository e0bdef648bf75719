#include "cli/completion_command.hpp"

#include "cli/completion.hpp"
#include "cli/option_checks.hpp"

#include <algorithm>
#include <array>

namespace poolwright::cli {

namespace {

struct shell {
    std::string_view name;
    std::string (*completion)(std::span<command_description const>);
};

constexpr std::array<shell, 4> shells{{{"bash", bash_completion},
                                       {"zsh", zsh_completion},
                                       {"fish", fish_completion},
                                       {"powershell", powershell_completion}}};

}  // namespace

std::string escaped(std::string_view text, std::string_view special, std::string_view escape) {
    std::string out;
    for (char const c : text) {
        if (special.find(c) != std::string_view::npos) out += escape;
        out += c;
    }
    return out;
}

void add_completion_options(CLI::App& command, completion_options& options) {
    std::vector<std::string_view> names;
    names.reserve(shells.size());
    for (auto const& one : shells) names.push_back(one.name);
    command.add_option("SHELL", options.shell, "bash, zsh, fish or powershell")
        ->type_name("")
        ->required()
        ->check(one_of_words(names));
}

exit_code run_completion(completion_options const& options, std::ostream& out) {
    auto const found = std::find_if(shells.begin(), shells.end(),
                                    [&](shell const& one) { return one.name == options.shell; });
    out << found->completion(describe_commands());
    return done;
}

}  // namespace poolwright::cli
