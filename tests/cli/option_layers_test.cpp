#include "cli/option_layers.hpp"

#include "cli/failure.hpp"
#include "cli/option_checks.hpp"
#include "cli/plan_command.hpp"
#include "tests/cli/variable.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <doctest/doctest.h>

#include <memory>
#include <optional>

using namespace poolwright;
using namespace poolwright::cli;
using test::variable;

TEST_SUITE_BEGIN("cli");

namespace {

// A program of two commands, with a pair of options that exclude each other.
struct program {
    CLI::App root{"poolwright"};
    plan_options plan;
    common_input common;
    std::string url;
    std::string cloud;
    CLI::App* command = nullptr;

    program() {
        command = root.add_subcommand("plan");
        add_plan_options(*command, plan);
        add_common_options(*command, common, {"table", "json", "csv"});
        auto* const with_url = command->add_option("--url", url);
        with_url->excludes(command->add_option("--sky", cloud));
        root.add_subcommand("status")->add_option("--only-status", cloud);
    }
    program(program const&) = delete;
    program& operator=(program const&) = delete;

    void fill(std::string const& typed, std::string_view config) {
        root.parse(typed);
        fill_from_environment(*command);
        auto const settings = parse_config(config, "c.toml");
        REQUIRE(settings.has_value());
        auto const problems = check_settings(root, *settings);
        if (!problems.empty()) throw failure(problems);
        fill_from_settings(*command, *settings);
    }
};

// What becomes of --growth, or the failure.
std::string growth(std::string const& typed, std::optional<std::string> const& environment,
                   std::string_view config) {
    std::optional<variable> set;
    if (environment) set.emplace("POOLWRIGHT_GROWTH", environment->c_str());
    program made;
    try {
        made.fill(typed, config);
    } catch (failure const& what) {
        return std::to_string(what.code()) + " " + what.what();
    }
    return std::to_string(made.plan.sizing.growth_percent);
}

}  // namespace

TEST_CASE("option beats environment beats config file beats default; a command's table beats the top") {
    struct {
        std::string typed;
        std::optional<std::string> environment;
        std::string config;
        std::string value;
    } const cases[] = {
        {"plan", {}, "", "0"},
        {"plan", {}, "growth = 1", "1"},
        {"plan", {}, "growth = \"1\"", "1"},
        {"plan", {}, "growth = 1\n[plan]\ngrowth = 2", "2"},
        {"plan", "3", "growth = 1\n[plan]\ngrowth = 2", "3"},
        {"plan --growth 4", "3", "growth = 1\n[plan]\ngrowth = 2", "4"},
        {"plan --growth 0", "3", "", "0"},
        {"plan", "", "growth = 1", "1"},
        {"plan", "010", "", "10"},
        {"plan --growth 010", {}, "", "10"},
        {"plan", "x", "", "64 POOLWRIGHT_GROWTH: --growth: `x` is not a whole number from 0 to 1,000"},
        {"plan",
         {},
         "growth = 1001",
         "65 c.toml:1:1: --growth: `1001` is not a whole number from 0 to 1,000"},
    };
    for (auto const& one : cases) {
        CAPTURE(one.config);
        CHECK(growth(one.typed, one.environment, one.config) == one.value);
    }
}

TEST_CASE("unknown keys, tables and wrong types are problems of the file, whatever the command") {
    struct {
        std::string config;
        std::string message;
    } const cases[] = {
        {"growht = 1", "c.toml:1:1: unknown key `growht`, did you mean `growth`?"},
        {"zzzzzzz = 1", "c.toml:1:1: unknown key `zzzzzzz`"},
        {"\n[plna]\ngrowth = 1\nx = 2", "c.toml:2:2: no command is called `plna`, did you mean `plan`?"},
        {"[plan]\nonly-status = \"x\"", "c.toml:2:1: unknown key `only-status`"},
        {"quiet = 1", "c.toml:1:1: `quiet` must be true or false"},
        {"growth = true", "c.toml:1:1: `growth` must be a text or a whole number"},
        {"growth = [1]", "c.toml:1:1: `growth` must be a text or a whole number"},
        {"save = \"x\"", "c.toml:1:1: `save` can only be said on the command line"},
        {"config = \"x\"", "c.toml:1:1: `config` can only be said on the command line"},
        {"help = true", "c.toml:1:1: `help` can only be said on the command line"},
    };
    for (auto const& one : cases) CHECK(growth("plan", {}, one.config) == "65 " + one.message);
}

TEST_CASE("a key of another command is passed over") {
    program made;
    made.fill("plan", "only-status = \"x\"\nquiet = true\noutput = \"csv\"");
    CHECK(made.cloud.empty());
    CHECK(made.common.options.quiet);
    CHECK(made.common.options.output == "csv");
}

TEST_CASE("flags from the environment") {
    for (auto const& [value, is_quiet] :
         {std::pair("1", true), {"true", true}, {"0", false}, {"false", false}}) {
        variable const set("POOLWRIGHT_QUIET", value);
        program made;
        made.fill("plan", "");
        CHECK(made.common.options.quiet == is_quiet);
    }
    CHECK(growth("plan", {}, "quiet = false") == "0");
    variable const set("POOLWRIGHT_QUIET", "banana");
    CHECK(growth("plan", {}, "") == "64 POOLWRIGHT_QUIET: --quiet: must be true or false");
}

TEST_CASE("what excludes an option of a lower layer wins; within a layer it is an error") {
    program typed;
    typed.fill("plan --sky usgov", "url = \"https://x\"");
    CHECK(typed.cloud == "usgov");
    CHECK(typed.url.empty());
    CHECK(growth("plan", {}, "url = \"https://x\"\nsky = \"usgov\"") ==
          "65 c.toml:2:1: --sky excludes --url");
}

TEST_CASE("names of variables") {
    CHECK(variable_of("output") == "POOLWRIGHT_OUTPUT");
    CHECK(variable_of("no-color") == "POOLWRIGHT_NO_COLOR");
}

TEST_SUITE_END();
