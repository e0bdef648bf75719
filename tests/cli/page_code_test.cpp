#include "cli/page_code.hpp"

#include <doctest/doctest.h>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("Page: the words of commands and options stay whole, and nothing else changes") {
    struct row {
        char const* html;
        char const* expected;
    };
    row const rows[] = {
        {"", ""},
        {"a plain-spoken &amp; <b>well-known</b> name", "a plain-spoken &amp; <b>well-known</b> name"},
        {"5 s (--replication-lag), more", "5 s <span class=\"word\">(--replication-lag),</span> more"},
        {"(x --format a-b) a-b",
         "(x <span class=\"word\">--format</span> <span class=\"word\">a-b)</span> a-b"},
        {"<p>see <code>plan  a-b</code>: well-known</p>",
         "<p>see <code>plan  <span class=\"word\">a-b</span></code>: "
         "well-known</p>"},
        {"<code></code>", "<code></code>"},
        {"<code> x-y</code>", "<code> <span class=\"word\">x-y</span></code>"},
        {"<code>&lt;b&gt; plan.json /tmp</code>",
         "<code>&lt;b&gt; plan.json <span class=\"word\">/tmp</span></code>"},
        {"<code>fleet-of-our-customers-2026-11.csv</code>",
         "<code><span class=\"long word\">fleet-of-our-customers-2026-11.csv</span></code>"},
        {"<a title=\"--x y\">z</a>", "<a title=\"--x y\">z</a>"},
    };
    for (auto const& each : rows) {
        INFO(each.html);
        CHECK(with_whole_words(each.html) == each.expected);
    }
}

TEST_SUITE_END();
