#include "cli/completion.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

std::string literal(std::string_view text) {
    return "'" + escaped(text, "'", "'") + "'";
}

std::string list_of(std::vector<std::string> const& words) {
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : ", ") + literal(word);
    return "@(" + text + ")";
}

std::string_view files_of(value_kind kind) {
    if (kind == value_kind::file) return "'file'";
    return kind == value_kind::folder ? "'folder'" : "''";
}

std::string line_of(option_description const& option) {
    return fmt::format("            @{{ Names = {}; Takes = ${}; Words = {}; Files = {}; Text = {} }}\n",
                       list_of(option.names), option.takes_value() ? "true" : "false", list_of(option.words),
                       files_of(option.kind), literal(option.text));
}

std::string table_of(command_description const& command) {
    auto text = fmt::format("    {} = @{{\n        Text = {}\n        Options = @(\n", literal(command.name),
                            literal(command.summary));
    for (auto const& option : command.options) text += line_of(option);
    text += "        )\n        Arguments = @(\n";
    for (auto const& argument : command.arguments) text += line_of(argument);
    return text + "        )\n    }\n";
}

// An empty answer makes PowerShell offer files.
constexpr std::string_view completer = R"(}

Register-ArgumentCompleter -Native -CommandName poolwright -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $result = [System.Management.Automation.CompletionResult]
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    if ($words.Count -le 1) {
        $poolwrightCommands.GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } |
            ForEach-Object { $result::new($_.Key, $_.Key, 'ParameterValue', $_.Value.Text) }
        return
    }
    $command = $poolwrightCommands[$words[1]]
    if (-not $command) { return }
    $place = $command.Options | Where-Object { $_.Takes -and $_.Names -ccontains $words[-1] } | Select-Object -First 1
    if (-not $place -and $wordToComplete.StartsWith('-')) {
        foreach ($option in $command.Options) {
            $option.Names | Where-Object { $_ -clike "$wordToComplete*" } |
                ForEach-Object { $result::new($_, $_, 'ParameterName', $option.Text) }
        }
        return
    }
    if (-not $place) {
        $number = 0
        for ($at = 2; $at -lt $words.Count; ++$at) {
            if (-not $words[$at].StartsWith('-')) { ++$number; continue }
            if ($command.Options | Where-Object { $_.Takes -and $_.Names -ccontains $words[$at] }) { ++$at }
        }
        $place = $command.Arguments | Select-Object -Skip $number -First 1
    }
    if (-not $place) { return }
    $place.Words | Where-Object { $_ -like "$wordToComplete*" } |
        ForEach-Object { $result::new($_, $_, 'ParameterValue', $_) }
    if ($place.Words.Count -gt 0 -and $place.Files -ne '') {
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
    }
}
)";

}  // namespace

std::string powershell_completion(std::span<command_description const> commands) {
    std::string text =
        "# poolwright completion for PowerShell, made by `poolwright completion powershell`.\n\n"
        "$poolwrightCommands = [ordered]@{\n";
    for (auto const& command : commands) text += table_of(command);
    return text + std::string(completer);
}

}  // namespace poolwright::cli
