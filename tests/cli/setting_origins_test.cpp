#include "cli/setting_origins.hpp"

#include "cli/config_command.hpp"
#include "cli/failure.hpp"
#include "tests/cli/variable.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

using namespace poolwright::cli;
using test::variable;

TEST_SUITE_BEGIN("cli");

namespace {

std::string place_of(setting_origin const& origin) {
    switch (origin.kind) {
        case origin_kind::option:
            return "option";
        case origin_kind::environment:
            return origin.variable;
        case origin_kind::file:
            return fmt::format("{}:{}", origin.place.file, origin.place.line);
        case origin_kind::fallback:
            break;
    }
    return "default";
}

// "VALUE from PLACE" for every value that the setting has, with the commands where not all have it.
std::string weighed(std::string_view name, std::map<std::string, std::string> const& typed,
                    std::string_view config, std::string_view command = {}) {
    auto const file = parse_config(config, "c.toml");
    REQUIRE(file.has_value());
    std::string out;
    for (auto const& one : weigh_settings(typed, *file, command)) {
        if (one.name != name) continue;
        out += fmt::format("{}{} from {}", out.empty() ? "" : "; ", one.value.value_or("-"),
                           place_of(one.origin));
        if (!one.for_all) out += fmt::format(" for {}", fmt::join(one.commands, " "));
    }
    return out;
}

}  // namespace

TEST_CASE("a setting is shown with the place that decides it") {
    CHECK(weighed("growth", {}, "") == "0 from default");
    CHECK(weighed("pool", {}, "") == "- from default");
    CHECK(weighed("quiet", {}, "") == "false from default");
    CHECK(weighed("growth", {}, "growth = 20") == "20 from c.toml:1");
    CHECK(weighed("quiet", {}, "\nquiet = true") == "true from c.toml:2");
    CHECK(weighed("quiet", {{"quiet", "true"}}, "quiet = false") == "true from option");
    CHECK(weighed("only", {}, "") == "");
    variable const growth("POOLWRIGHT_GROWTH", "7");
    CHECK(weighed("growth", {}, "growth = 20") == "7 from POOLWRIGHT_GROWTH");
    variable const quiet("POOLWRIGHT_QUIET", "no");
    CHECK(weighed("quiet", {}, "quiet = true") == "false from POOLWRIGHT_QUIET");
}

TEST_CASE("what commands weigh differently is shown once for each value") {
    std::string_view const config = "growth = 20\n[plan]\ngrowth = 30\n";
    CHECK(weighed("growth", {}, config) ==
          "30 from c.toml:3 for plan; 20 from c.toml:1 for report doctor provision");
    CHECK(weighed("growth", {}, config, "plan") == "30 from c.toml:3");
    CHECK(weighed("growth", {}, config, "status") == "");
}

TEST_CASE("a value that is refused is no setting") {
    CHECK_THROWS_WITH_AS(weighed("growth", {}, "growth = 2000"), doctest::Contains("c.toml:1:1"), failure);
}

TEST_CASE("a password in the address of a ledger is not shown") {
    struct {
        std::string_view url;
        std::string_view shown;
    } const cases[] = {
        {"sqlite:///var/lib/fleet.db", "sqlite:///var/lib/fleet.db"},
        {"postgresql://host:5432/fleet", "postgresql://host:5432/fleet"},
        {"postgresql://me@host:5432/fleet", "postgresql://me@host:5432/fleet"},
        {"postgresql://me:hush@host:5432/fleet", "postgresql://me:…@host:5432/fleet"},
        {"postgresql://me:h@u:sh@host/fleet", "postgresql://me:…@host/fleet"},
        {"postgresql://host/fleet?password=hush&x=1", "postgresql://host/fleet?password=…&x=1"},
        {"postgresql://host/fleet?user=a@b:c", "postgresql://host/fleet?user=a@b:c"},
        {"postgresql://dbname=fleet password=hush host=db", "postgresql://dbname=fleet password=… host=db"},
    };
    for (auto const& one : cases) CHECK(without_password(one.url) == one.shown);
}

TEST_CASE("secrets of the environment are said to be set, and nothing else") {
    variable const secret("AZURE_CLIENT_SECRET", "hush");
    variable const password("AZURE_CLIENT_CERTIFICATE_PASSWORD", "hush");
    variable const id("AZURE_CLIENT_ID", "0b04089f-9bd9-47e5-89ee-47dfac89ec9c");
    for (auto const* format : {"table", "json"}) {
        common_options common;
        common.output = format;
        config_options options;
        options.origin = true;
        std::ostringstream out;
        run_config(options, "/dev/null", common, out);
        CHECK(out.str().find("hush") == std::string::npos);
        CHECK(out.str().find("AZURE_CLIENT_SECRET") != std::string::npos);
        CHECK(out.str().find("AZURE_CLIENT_CERTIFICATE_PASSWORD") != std::string::npos);
        CHECK(out.str().find("0b04089f-9bd9-47e5-89ee-47dfac89ec9c") != std::string::npos);
    }
}

TEST_SUITE_END();
