#include "cli/command_line.hpp"

#include "cli/failure.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>
#include <string>
#include <vector>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

// "code message | hint"
std::string refusal(std::string const& line) {
    std::istringstream in("poolwright " + line);
    std::vector<std::string> words;
    for (std::string word; in >> word;) words.push_back(word);
    common_options common;
    try {
        run_command_line(words, common);
    } catch (failure const& what) {
        return fmt::format("{} {} | {}", static_cast<int>(what.code()), what.what(), what.hint());
    }
    return "no failure";
}

}  // namespace

TEST_CASE("a wrong command line says what is wrong, and the nearest right one") {
    struct {
        std::string line;
        std::string message;
    } const cases[] = {
        {"plam", "64 there is no command `plam` | did you mean `plan`?"},
        {"frobnicate", "64 there is no command `frobnicate` | `poolwright --help` lists the commands"},
        {"-o json plan",
         "64 `-o` stands before the command | options follow their command: poolwright plan TENANTS.csv -o "
         "json"},
        {"plan --growht 3", "64 `plan` has no option `--growht` | did you mean `--growth`?"},
        {"plan --growht=3", "64 `plan` has no option `--growht` | did you mean `--growth`?"},
        {"provision x.csv --concurency 3",
         "64 `provision` has no option `--concurency` | did you mean `--concurrency`?"},
        {"provision x.csv --conc 3", "64 `provision` has no option `--conc` | did you mean `--concurrency`?"},
        {"prov plan.json", "64 there is no command `prov` | did you mean `provision`?"},
        {"export --format csv --to - --growth 3",
         "64 `export` has no option `--growth` | it is an option of `plan`, `report`, `doctor`, `provision`"},
        {"rules --latency=3", "64 `rules` has no option `--latency` | it is an option of `report`"},
        {"plan -x", "64 `plan` has no option `-x` | `poolwright plan --help` lists what it takes"},
        {"plan a.csv b.csv",
         "64 `b.csv` is one word too many | `poolwright plan --help` lists what it takes"},
        {"plan a.csv plan", "64 `plan` is one word too many | `poolwright plan --help` lists what it takes"},
        {"plan status rules",
         "64 `rules` is one word too many | `poolwright plan --help` lists what it takes"},
        {"plan --growth", "64 --growth needs one value | `poolwright plan --help` lists what it takes"},
        {"plan --growth 1 --growth",
         "64 --growth needs one value | `poolwright plan --help` lists what it takes"},
        {"plan --growth 1 --growth=2",
         "64 --growth is given more than once | `poolwright plan --help` lists what it takes"},
        {"plan --rule a --rule b --rule c",
         "64 --rule is given more than once | `poolwright plan --help` lists what it takes"},
        {"report x.csv -o json --output json",
         "64 --output is given more than once | `poolwright report --help` lists what it takes"},
        {"report x.csv --html=a --html=b",
         "64 --html is given more than once | `poolwright report --help` lists what it takes"},
        {"plan --growth 10%",
         "64 --growth: `10%` is not a whole number from 0 to 1,000 | `poolwright plan --help` lists what it "
         "takes"},
        {"plan --mailboxes 1,000",
         "64 --mailboxes: `1,000` is not a whole number from 0 to 1,000,000,000 | "
         "`poolwright plan --help` lists what it takes"},
        {"plan --max-apps 0",
         "64 --max-apps: `0` is not a whole number from 1 to 1,000,000,000 | "
         "`poolwright plan --help` lists what it takes"},
        {"plan x.csv -o yaml",
         "64 --output: `yaml` is not `table`, `json`, `ndjson`, `csv`, `tsv` or `markdown` | "
         "`poolwright plan --help` lists what it takes"},
        {"status -o csv",
         "64 --output: `csv` is not `table` or `json` | `poolwright status --help` lists what it takes"},
        {"export --format xml --to -",
         "64 --format: `xml` is not `csv`, `json`, `commvault` or `ews-allow-list` | "
         "`poolwright export --help` lists what it takes"},
        {"export", "64 --format and --to are required | `poolwright export --help` lists what it takes"},
        {"export --to -", "64 --format is required | `poolwright export --help` lists what it takes"},
        {"config shaw", "64 ACTION: `shaw` is not `show` | `poolwright config --help` lists what it takes"},
        {"config show plam --config /dev/null",
         "64 COMMAND: `plam` is not `plan`, `report`, `count`, `doctor`, `provision`, `status`, `export`, "
         "`key`, "
         "`rules`, `profiles`, `config`, `completion`, `help` or `version` | `poolwright config --help` "
         "lists "
         "what it takes"},
        {"key", "64 ACTION is required | `poolwright key --help` lists what it takes"},
        {"key shred",
         "64 ACTION: `shred` is not `rotate`, `protect` or `unprotect` | `poolwright key --help` lists what "
         "it "
         "takes"},
        {"key rotate --new-passphrase-file x --config /dev/null",
         "64 --new-passphrase-file is for `key protect`, not for `key rotate` | leave it out"},
        {"key protect --passphrase hush",
         "64 `key` has no option `--passphrase` | `poolwright key --help` lists what it takes"},
        {"plan --config /dev/null",
         "64 what is to be planned is missing | poolwright plan TENANTS.csv, or poolwright plan --mailboxes "
         "N"},
        {"plan x.csv --mailboxes 3 --config /dev/null",
         "64 a file and --mailboxes exclude each other | leave out one of them"},
        {"plan --mailboxes 3 --save - --config /dev/null",
         "64 --save needs the name of a file | `-o json` prints the plan on standard output"},
        {"rules commvault-2023 --config /dev/null",
         "65 there is no built-in rule `commvault-2023` | did you mean `commvault-2024`?"},
    };
    for (auto const& one : cases) CHECK(refusal(one.line) == one.message);
}

TEST_SUITE_END();
