#include "cli/man_page.hpp"

#include "cli/command_manual.hpp"
#include "cli/help_topics.hpp"
#include "cli/program_description.hpp"
#include "cli/roff.hpp"
#include "cli/version_command.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

namespace {

constexpr auto* topic_section = "7";

std::string upper(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

// Nothing is hyphenated, or else a search for a variable would miss the one that a line end has cut; nor is a
// line then stretched to the edge. After each example groff does again what its register HY says.
constexpr auto* whole_words = ".nr HY 0\n.nh\n.ad l\n";

std::string head(std::string const& name, std::string_view section, std::string_view summary) {
    return fmt::format(
        ".\\\" Made by `poolwright help --man-pages`.\n"
        ".TH {} {} \"\" {} \"poolwright manual\"\n{}.SH NAME\n{} \\- {}",
        roff_argument(upper(name)), section, roff_argument(fmt::format("poolwright {}", own_version())),
        whole_words, roff_escaped(name), roff_text(summary));
}

std::string heading(std::string_view text) {
    return ".SH " + roff_argument(upper(std::string(text))) + '\n';
}

std::string item(std::string const& term, std::string_view text) {
    return ".TP\n" + term + '\n' + roff_text(text);
}

std::string term_of(option_description const& option) {
    std::string term;
    for (auto const& name : option.names) term += (term.empty() ? "" : ", ") + roff_bold(name);
    if (!option.optional_value.empty()) term += "[=\\fI" + option.optional_value + "\\fR]";
    if (option.takes_value()) term += " \\fI" + option.placeholder + "\\fR";
    return term;
}

std::string text_of(option_description const& option) {
    auto text = option.text;
    if (!option.default_value.empty()) text += fmt::format("; default: {}", option.default_value);
    if (option.is_required) text += "; required";
    if (!option.variable.empty()) text += fmt::format(" [{}]", option.variable);
    return text;
}

std::string synopsis(command_description const& command) {
    auto text =
        fmt::format("{}{} [\\fIOPTIONS\\fR]", heading("synopsis"), roff_bold("poolwright " + command.name));
    for (auto const& argument : command.arguments) {
        auto const name = "\\fI" + argument.names.front() + "\\fR";
        text += argument.is_required ? ' ' + name : fmt::format(" [{}]", name);
    }
    return text + '\n';
}

std::string options_of(command_description const& command, std::string const& group) {
    std::string text;
    for (auto const* some : {&command.arguments, &command.options}) {
        for (auto const& option : *some) {
            if (option.group == group) text += item(term_of(option), text_of(option));
        }
    }
    if (text.empty() || group == "Options") return text;
    return ".SS " + roff_argument(group) + '\n' + text;
}

// `itself` is the page that it stands on.
std::string see_also(std::string_view itself) {
    std::vector<std::string> pages;
    if (itself != "poolwright") pages.push_back(roff_bold("poolwright") + "(1)");
    for (auto const& [name, summary] : topic_titles()) {
        auto const page = fmt::format("poolwright-{}", name);
        if (page != itself) pages.push_back(fmt::format("{}({})", roff_bold(page), topic_section));
    }
    return heading("see also") + fmt::format("{}\n", fmt::join(pages, ",\n"));
}

std::string page_of(command_description const& command) {
    auto const name = "poolwright-" + command.name;
    auto text = head(name, "1", command.summary) + synopsis(command);
    text += heading("examples") + roff_example(command.examples);
    text += heading("description");
    bool is_first = true;
    for (auto const paragraph : manual_of(command.name)) {
        text += (is_first ? "" : ".PP\n") + roff_text(paragraph);
        is_first = false;
    }
    text += heading("options");
    for (auto const& group : command.groups) text += options_of(command, group);
    return text + see_also(name);
}

std::string sections_of(help_topic const& topic) {
    std::string text;
    for (auto const& section : topic.sections) {
        text += heading(section.heading.empty() ? "description" : section.heading);
        if (!section.prose.empty()) text += roff_text(section.prose);
        for (auto const& entry : section.entries) text += item(roff_bold(entry.term), entry.text);
    }
    return text;
}

std::string page_of(help_topic const& topic) {
    auto const name = fmt::format("poolwright-{}", topic.title.name);
    return head(name, topic_section, topic.title.summary) + heading("examples") +
           roff_example(topic.examples) + sections_of(topic) + see_also(name);
}

std::string page_of_program(std::vector<command_description> const& commands) {
    auto text = head("poolwright", "1", program_summary()) + heading("synopsis") + roff_bold("poolwright") +
                " \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n" + heading("examples") +
                roff_example(program_examples()) + heading("commands");
    for (auto const& command : commands)
        text += item(fmt::format("{}(1)", roff_bold("poolwright-" + command.name)), command.summary);
    text += heading("exit status");
    auto const codes = topic("exit-codes");
    for (auto const& entry : codes.sections.front().entries) text += item(roff_bold(entry.term), entry.text);
    text += heading("files");
    for (auto const& entry : program_files()) text += item(roff_bold(entry.term), entry.text);
    return text + see_also("poolwright");
}

}  // namespace

std::vector<man_page> man_pages() {
    auto const commands = describe_commands();
    std::vector<man_page> pages{{"poolwright.1", page_of_program(commands)}};
    for (auto const& command : commands)
        pages.push_back({fmt::format("poolwright-{}.1", command.name), page_of(command)});
    for (auto const& [name, summary] : topic_titles())
        pages.push_back({fmt::format("poolwright-{}.{}", name, topic_section), page_of(topic(name))});
    return pages;
}

}  // namespace poolwright::cli
