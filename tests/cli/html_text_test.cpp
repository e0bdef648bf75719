#include "cli/html_text.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("HTML: text stays text") {
    struct row {
        char const* text;
        char const* html;
    };
    row const rows[] = {
        {"", ""},
        {"Müller & Söhne", "Müller &amp; Söhne"},
        {"</script><script>alert(1)</script>", "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\" onload='x'", "&quot; onload=&#39;x&#39;"},
        {"&lt;", "&amp;lt;"},
        {"`x`", "`x`"},
    };
    for (auto const& each : rows) {
        INFO(each.text);
        CHECK(html_text(each.text) == each.html);
    }
}

TEST_CASE("HTML: what stands in backticks is code, and still text") {
    struct row {
        char const* text;
        char const* html;
    };
    row const rows[] = {
        {"the profile `a-b` asks", "the profile <code>a-b</code> asks"},
        {"`<b>` & `c`", "<code>&lt;b&gt;</code> &amp; <code>c</code>"},
        {"one ` alone", "one ` alone"},
        {"``", "<code></code>"},
        {"`a` `", "<code>a</code> `"},
    };
    for (auto const& each : rows) {
        INFO(each.text);
        CHECK(html_sentence(each.text) == each.html);
    }
}

TEST_CASE("HTML: no text in a document ends the script element around it") {
    boost::json::value const document = {{"</script>", "<!--<script>"}, {"more", "a < b > c & d"}};
    std::ostringstream out;
    write_script_json(document, out);
    CHECK(out.str().find('<') == std::string::npos);
    CHECK(boost::json::parse(out.str()) == document);
}

TEST_SUITE_END();
