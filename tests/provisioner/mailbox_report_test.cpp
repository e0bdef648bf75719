#include "provisioner/mailbox_report.hpp"

#include "tests/provisioner/printing.hpp"
#include "tests/provisioner/replies.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::string_view header = "Report Refresh Date,Total,Active,Report Date,Report Period\r\n";

std::string text_of(std::string_view days) {
    return std::string(header) + std::string(days);
}

// "2000 of 2026-02-27", "nothing", or what is wrong.
std::string read(std::string_view text) {
    auto const report = read_mailbox_report(text);
    if (!report) return report.error();
    if (!*report) return "nothing";
    return std::to_string((*report)->mailboxes) + " of " + (*report)->as_of;
}

std::string asked_for(std::string_view location) {
    auto const request = report_download_request(reply(302, "", {{"Location", std::string(location)}}));
    return request ? "https://" + request->to.authority() + request->target : request.error();
}

}  // namespace

TEST_CASE("the newest day of a mailbox report that has a number") {
    struct {
        std::string_view about;
        std::string text;
        std::string_view found;
    } const table[] = {
        {"as documented",
         text_of("2026-02-27,2000,1200,2026-02-27,7\r\n2026-02-27,1998,1198,2026-02-26,7\r\n"),
         "2000 of 2026-02-27"},
        {"the newest day last", text_of("2026-02-27,1,1,2026-02-26,7\n2026-02-27,2,1,2026-02-27,7\n"),
         "2 of 2026-02-27"},
        {"with a byte order mark", "\xEF\xBB\xBF" + text_of("2026-02-27,5,1,2026-02-27,7\r\n"),
         "5 of 2026-02-27"},
        {"lines that end in LF, the last one in nothing",
         "Report Refresh Date,Total,Active,Report Date,Report Period\n2026-02-27,5,1,2026-02-27,7",
         "5 of 2026-02-27"},
        {"other columns, another order, other letters, quotes",
         "\"report date\",Country,TOTAL,\"User Principal Name\"\n2026-02-27,\"a, b\",\"7\",5F1C\n",
         "7 of 2026-02-27"},
        {"no mailbox at all", text_of("2026-02-27,0,0,2026-02-27,7\n"), "0 of 2026-02-27"},
        {"the newest day has no number yet",
         text_of("2026-02-27,,,2026-02-27,7\n2026-02-27,9,1,2026-02-26,7\n"), "9 of 2026-02-26"},
        {"no day has one", text_of("2026-02-27,,,2026-02-27,7\n"), "nothing"},
        {"a header alone", text_of(""), "nothing"},
        {"the same day twice with one number",
         text_of("2026-02-27,9,1,2026-02-27,7\n2026-02-27,9,1,2026-02-27,7\n"), "9 of 2026-02-27"},
        {"as many as can be", text_of("2026-02-27,1000000000,1,2026-02-27,7\n"), "1000000000 of 2026-02-27"},
    };
    for (auto const& row : table) {
        CAPTURE(row.about);
        CHECK(read(row.text) == row.found);
    }
}

TEST_CASE("what is no mailbox report is never taken for a number") {
    struct {
        std::string text;
        std::string_view problem;
    } const table[] = {
        {"", "it is empty"},
        {"\xEF\xBB\xBF", "it is empty"},
        {"<html><body>Sign in</body></html>", "it has no column `Report Date`"},
        {"[1]", "it has no column `Report Date`"},
        {"Report Date,Active\n2026-02-27,1\n", "it has no column `Total`"},
        {"Total,Report Date,Total\n1,2026-02-27,2\n", "it has more than one column `Total`"},
        {text_of("2026-02-27,1\n"), "line 2 is too short"},
        {text_of("2026-02-27,1,1,27/02/2026,7\n"), "line 2: the date is `27/02/2026`"},
        {text_of("2026-02-27,1,1,2026-02-30,7\n"), "line 2: the date is `2026-02-30`"},
        {text_of("2026-02-27,-1,1,2026-02-27,7\n"), "line 2: mailboxes cannot be negative: `-1`"},
        {text_of("2026-02-27,1.5,1,2026-02-27,7\n"),
         "line 2: mailboxes must be a whole number, without decimals: `1.5`"},
        {text_of("2026-02-27,many,1,2026-02-27,7\n"), "line 2: mailboxes must be a whole number: `many`"},
        {text_of("2026-02-27,1000000001,1,2026-02-27,7\n"),
         "line 2: mailboxes is larger than 1,000,000,000: `1000000001`"},
        {text_of("2026-02-27,99999999999999999999999,1,2026-02-27,7\n"),
         "line 2: mailboxes is larger than 1,000,000,000: `99999999999999999999999`"},
        {text_of("2026-02-27,1,1,2026-02-27,7\n2026-02-27,2,1,2026-02-27,7\n"),
         "it has two numbers for 2026-02-27"},
        {text_of("2026-02-27,\"1,1,2026-02-27,7\n"), "line 2: the quote that opens here is never closed"},
        {text_of("2026-02-27,1,1,2026-02-27,\x01\n"), "line 2: a control character"},
    };
    for (auto const& row : table) {
        CAPTURE(row.text);
        CHECK(read(row.text) == row.problem);
    }
}

TEST_CASE("where a report lies is asked without a token, and over https alone") {
    constexpr std::string_view other = "the reply leads to an address that is not one of https";
    struct {
        std::string_view location;
        std::string_view asked;
    } const table[] = {
        {"https://reports.office.com/data/download/AbC?sig=a%2Bb&x=1",
         "https://reports.office.com/data/download/AbC?sig=a%2Bb&x=1"},
        {"https://REPORTS.example:8443/x", "https://reports.example:8443/x"},
        {"https://reports.example", "https://reports.example/"},
        {"https://reports.example/a/", "https://reports.example/a/"},
        {"https://reports.example?x", "https://reports.example/?x"},
        {"https://reports.example/a#b", "https://reports.example/a"},
        {"https://[::1]:444/a", "https://[::1]:444/a"},
        {"", "the reply names no address of the report"},
        {"http://reports.example/a", other},
        {"//reports.example/a", other},
        {"/a", other},
        {"ftp://reports.example/a", other},
        {"https://user:word@reports.example/a", other},
        {"https:///a", other},
        {"https://reports.example:0/a", other},
        {"https://reports.example:99999/a", other},
        {"https://reports.example:4x", other},
        {"https://reports.example/a b", other},
        {"https://reports.example/a\r\nAuthorization: Bearer x", other},
        {"https://reports.ex\xC3\xA4mple/a", other},
    };
    for (auto const& row : table) {
        CAPTURE(row.location);
        CHECK(asked_for(row.location) == row.asked);
    }
    auto const request = report_download_request(
        reply(302, "", {{"location", "https://reports.example/a"}, {"Authorization", "Bearer x"}}));
    REQUIRE(request.has_value());
    CHECK(request->bearer == nullptr);
    CHECK(request->credential == nullptr);
    CHECK(request->headers.empty());
    CHECK(request->method == http_method::get);
    CHECK(request->body.empty());
}
