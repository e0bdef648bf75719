#pragma once

#include "cli/report.hpp"
#include "cli/table.hpp"

#include <string>
#include <string_view>
#include <vector>

// A capacity report in words, the same for a terminal and for Markdown. Names and ids in it are fit for a
// person.

namespace poolwright::cli {

struct report_section {
    std::string_view title;
    std::vector<std::string> sentences = {};
    std::vector<table_column> columns = {};  // none: there is no table
    std::vector<std::vector<std::string>> rows = {};
    std::vector<std::string> points = {};  // a list
    std::vector<std::string> notes = {};   // below
};

struct section_style {
    bool with_ids = false;      // directory ids beside the names
    std::size_t most_rows = 0;  // of a table; 0: all
    // Where the rows that were left out are.
    std::string_view rest = "--verbose and -o json list them all";
};

std::vector<report_section> sections_of(capacity_report const& report, section_style style);

// Its parts, apart from forecast_section.
report_section apps_section(capacity_report const& report);
report_section thresholds_section(capacity_report const& report, section_style style);
report_section directories_section(capacity_report const& report, section_style style);
report_section risks_section(capacity_report const& report, section_style style);

// A column's title in a page: "Next app at" for "NEXT APP AT".
std::string title_in_words(std::string_view title);

}  // namespace poolwright::cli
