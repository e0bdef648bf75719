#include "cli/terminal.hpp"

#include <doctest/doctest.h>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("colours go where they are wanted") {
    struct {
        color_wishes wishes;
        bool on_terminal;
        bool elsewhere;
    } const cases[] = {
        {{"", "", "", ""}, true, false},         {{"", "", "", "xterm"}, true, false},
        {{"", "", "", "dumb"}, false, false},    {{"1", "", "", "xterm"}, false, false},
        {{"0", "", "", "xterm"}, false, false},  // set to anything, says no-color.org
        {{"", "1", "", "xterm"}, true, false},   {{"", "0", "", "xterm"}, false, false},
        {{"", "", "1", "xterm"}, true, true},    {{"", "", "yes", "dumb"}, true, true},
        {{"", "", "0", "xterm"}, true, false},   {{"", "0", "1", "xterm"}, true, true},
        {{"1", "", "1", "xterm"}, false, false}, {{"1", "1", "1", "xterm"}, false, false},
    };
    for (auto const& one : cases) {
        CAPTURE(one.wishes.no_color);
        CAPTURE(one.wishes.clicolor);
        CAPTURE(one.wishes.clicolor_force);
        CAPTURE(one.wishes.term);
        CHECK(wants_color(one.wishes, true) == one.on_terminal);
        CHECK(wants_color(one.wishes, false) == one.elsewhere);
    }
}

TEST_SUITE_END();
