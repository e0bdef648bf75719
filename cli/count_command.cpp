#include "cli/count_command.hpp"

#include "cli/count_view.hpp"
#include "cli/counted_csv.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/pretty_json.hpp"
#include "cli/replaced_file.hpp"

#include <chrono>
#include <sstream>

namespace poolwright::cli {
namespace {

constexpr mode_t mode_of_lists = 0644;

void check_usage(count_options const& options, common_options const& common) {
    if (common.output == "json" && options.to == "-") {
        throw failure(wrong_usage, "--to - and -o json would both write to standard output",
                      "give --to a file, or leave it out");
    }
}

planner::input_file open_list(std::string const& path) {
    auto file = planner::input_file::open(path);
    if (file) return *std::move(file);
    planner::problem_list problems;
    problems.add(file.error());
    throw failure(problems);
}

void show(live_counts const& counts, common_options const& common, std::ostream& out) {
    if (common.output == "json") return print_json(counts_json(counts), out);
    std::ostringstream table;
    print_counts(counts, std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()), table);
    auto text = table.str();
    while (text.ends_with('\n')) text.pop_back();
    say_note(text, common);
}

void write_csv(planner::input_file& file, live_counts const& counts, std::string const& to,
               std::ostream& out) {
    auto const numbers = [&](std::string const& tenant_id, std::string const& cloud) {
        return counts.mailboxes_of(tenant_id, cloud);
    };
    if (to.empty() || to == "-") return write_counted_csv(file, numbers, out);
    replaced_file target(to, mode_of_lists);
    write_counted_csv(file, numbers, target.stream());
    target.commit();
}

}  // namespace

exit_code run_count(count_options const& options, common_options const& common, std::ostream& out) {
    check_usage(options, common);
    auto file = open_list(options.file);
    auto const counts = count_mailboxes(file, options.who, common);
    show(counts, common, out);
    // Where nothing was learnt, nothing is written.
    tell_of_uncounted(counts, "has no number", "nothing was written", common);
    bool const document_alone = common.output == "json" && options.to.empty();
    if (!document_alone) write_csv(file, counts, options.to, out);
    return counts.code();
}

}  // namespace poolwright::cli
