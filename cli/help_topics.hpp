#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// What is to be known beside the commands: `poolwright help TOPIC`, and pages of the manual.

namespace poolwright::cli {

struct help_entry {
    std::string term;
    std::string text;
};

struct help_section {
    std::string heading;  // empty: the topic's own
    std::string prose;
    std::vector<help_entry> entries;
};

struct help_topic {
    std::string name;
    std::string summary;
    std::string examples;  // lines of the shell, each ending in a line feed
    std::vector<help_section> sections;
};

// The names of the topics.
std::span<std::string_view const> topic_names() noexcept;

// That topic, which must be one of them.
help_topic topic(std::string_view name);

}  // namespace poolwright::cli
