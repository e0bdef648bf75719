#include "cli/config_file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

// "line:column command.key=value(kind)" for each setting.
std::string read(std::string_view text) {
    auto const settings = parse_config(text, "c.toml");
    if (!settings) return settings.error().text();
    std::string out;
    for (auto const& one : *settings) {
        out += fmt::format("{}:{} {}.{}={}({})\n", one.place.line, one.place.column, one.command, one.key,
                           one.value, "twbo"[static_cast<int>(one.kind)]);
    }
    return out;
}

}  // namespace

TEST_CASE("keys at the top and in tables, in the order of the file") {
    CHECK(read("output = \"json\"\n"
               "quiet = true\n"
               "\n"
               "[provision]\n"
               "  lifetime = 365\n"
               "[plan]\n"
               "growth = 1.5\n"
               "pool = [\"a\"]\n") ==
          "1:1 .output=json(t)\n"
          "2:1 .quiet=true(b)\n"
          "4:2 provision.=(o)\n"
          "5:3 provision.lifetime=365(w)\n"
          "6:2 plan.=(o)\n"
          "7:1 plan.growth=(o)\n"
          "8:1 plan.pool=(o)\n");
    CHECK(read("").empty());
}

TEST_CASE("a malformed file is said with its place") {
    CHECK(read("quiet = true\nbad = = 1\n").starts_with("c.toml:2:7: "));
    CHECK(read("quiet = true\nquiet = false\n").starts_with("c.toml:2:"));
}

TEST_SUITE_END();
