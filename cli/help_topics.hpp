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

struct topic_title {
    std::string_view name;
    std::string_view summary;
};

struct help_topic {
    topic_title title;
    std::string examples;  // lines of the shell, each ending in a line feed
    std::vector<help_section> sections;
};

// Those that there are.
std::span<topic_title const> topic_titles() noexcept;

// That topic, which must be one of them.
help_topic topic(std::string_view name);

}  // namespace poolwright::cli
