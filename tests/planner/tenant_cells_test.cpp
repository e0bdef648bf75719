#include "planner/tenant_cells.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

std::string const label63(63, 'a');

// 192 bytes and a last label of that size.
std::string domain_ending_in(std::size_t size) {
    return fmt::format("{0}.{0}.{0}.{1}", label63, std::string(size, 'b'));
}

std::string fault_of_number(std::string_view text) {
    auto const number = read_mailboxes(text);
    return number.has_value() ? "none" : number.error();
}

}  // namespace

TEST_CASE("tenant ids") {
    for (std::string const& good :
         {std::string("11111111-2222-3333-4444-555555555555"),
          std::string("ABCDEF01-2222-3333-4444-55555555abcd"), std::string("contoso.com"),
          std::string("Contoso.OnMicrosoft.com"), std::string("xn--bcher-kva.example"), std::string("1-a.2"),
          label63 + ".com", domain_ending_in(61)}) {
        CHECK_MESSAGE(check_tenant_id(good) == std::nullopt, good);
    }
    for (std::string const& bad :
         {std::string("contoso"), std::string("11111111-2222-3333-4444-55555555555"),
          std::string("11111111222233334444555555555555"),
          std::string("{11111111-2222-3333-4444-555555555555}"),
          std::string("g1111111-2222-3333-4444-555555555555"), std::string(".contoso.com"),
          std::string("contoso.com."), std::string("a..b"), std::string("-a.com"), std::string("a-.com"),
          std::string("a_b.com"), std::string("a b.com"), std::string("https://a.com"),
          std::string("me@a.com"), "a" + label63 + ".com", domain_ending_in(62)}) {
        auto const fault = check_tenant_id(bad);
        CHECK_MESSAGE(fault.value_or("").starts_with(
                          "tenant_id is neither a directory id (a GUID) nor a domain name: `"),
                      bad);
    }
    CHECK(check_tenant_id("bücher.example") ==
          "tenant_id must be in ASCII, write an internationalised domain name as punycode (xn--…): "
          "`bücher.example`");
}

TEST_CASE("mailboxes") {
    for (auto const& [text, number] : std::array<std::pair<std::string_view, std::int64_t>, 4>{
             {{"0", 0}, {"007", 7}, {"1000000000", 1'000'000'000}, {"000000000000000000000000012", 12}}}) {
        auto const read = read_mailboxes(text);
        REQUIRE(read.has_value());
        CHECK(*read == number);
    }
    struct row {
        std::string_view text, fault;
    };
    std::array<row, 21> const table{{
        {"1,000", "mailboxes must be written without thousands separators: `1,000`"},
        {"1.000", "mailboxes must be written without thousands separators: `1.000`"},
        {"1.000.000", "mailboxes must be written without thousands separators: `1.000.000`"},
        {"1'000", "mailboxes must be written without thousands separators: `1'000`"},
        {"1 000", "mailboxes must be written without thousands separators: `1 000`"},
        {"1_000", "mailboxes must be written without thousands separators: `1_000`"},
        {"12.5", "mailboxes must be a whole number, without decimals: `12.5`"},
        {"12,50", "mailboxes must be a whole number, without decimals: `12,50`"},
        {"12.", "mailboxes must be a whole number, without decimals: `12.`"},
        {"-3", "mailboxes cannot be negative: `-3`"},
        {"+3", "mailboxes must be written without a sign: `+3`"},
        {"1e3", "mailboxes must be a whole number: `1e3`"},
        {"0x10", "mailboxes must be a whole number: `0x10`"},
        {"many", "mailboxes must be a whole number: `many`"},
        {"12a", "mailboxes must be a whole number: `12a`"},
        {"a.000", "mailboxes must be a whole number: `a.000`"},
        {"１２", "mailboxes must be a whole number: `１２`"},
        {"", "mailboxes must be a whole number: ``"},
        {"1000000001", "mailboxes is larger than 1,000,000,000: `1000000001`"},
        {"9223372036854775808", "mailboxes is larger than 1,000,000,000: `9223372036854775808`"},
        {"99999999999999999999999999",
         "mailboxes is larger than 1,000,000,000: `99999999999999999999999999`"},
    }};
    for (auto const& [text, fault] : table) CHECK(fault_of_number(text) == fault);
}

TEST_CASE("redirect URIs") {
    std::string const long_path(256 - std::string_view("https://a.example/").size(), 'p');
    for (std::string const& good :
         {std::string("https://backup.example/commandcenter"), std::string("https://a.example:8443/x?y=z"),
          std::string("HTTPS://a.example"), std::string("http://localhost"),
          std::string("http://localhost:8080/a"), "https://a.example/" + long_path}) {
        CHECK_MESSAGE(check_redirect_uri(good) == std::nullopt, good);
    }
    struct row {
        std::string uri;
        std::string_view fault;
    };
    std::array<row, 15> const table{{
        {"http://a.example",
         "redirect_uri must begin with https://, http:// is for localhost only: `http://a.example`"},
        {"http://localhost.example",
         "redirect_uri must begin with https://, http:// is for localhost only: `http://localhost.example`"},
        {"ftp://a.example", "redirect_uri is not an https address: `ftp://a.example`"},
        {"a.example", "redirect_uri is not an https address: `a.example`"},
        {"https:/a.example", "redirect_uri is not an https address: `https:/a.example`"},
        {"https://", "redirect_uri is not an https address: `https://`"},
        {"https:///path", "redirect_uri is not an https address: `https:///path`"},
        {"https://me@a.example", "redirect_uri is not an https address: `https://me@a.example`"},
        {"https://a.example:/x", "redirect_uri is not an https address: `https://a.example:/x`"},
        {"https://a.example:123456", "redirect_uri is not an https address: `https://a.example:123456`"},
        {"https://a.example/a b", "redirect_uri is not an https address: `https://a.example/a b`"},
        {"https://a.example/é", "redirect_uri is not an https address: `https://a.example/é`"},
        {"https://a.example/x!", "redirect_uri must not hold `!`: `https://a.example/x!`"},
        {"https://a.example/'x", "redirect_uri must not hold `'`: `https://a.example/'x`"},
        {"https://a.example/" + long_path + "p",
         "redirect_uri is longer than 256 characters: "
         "`https://a.example/pppppppppppppppppppppppppppppppppppppppppp…`"},
    }};
    for (auto const& [uri, fault] : table) CHECK(check_redirect_uri(uri) == fault);
    for (char const c : std::string_view("!$',;"))
        CHECK(check_redirect_uri(std::string("https://a.example/") + c) != std::nullopt);
}

TEST_CASE("names, words and pools") {
    CHECK(check_name("Contoso & Söhne\nBerlin") == std::nullopt);
    CHECK(check_name(std::string(256, 'n')) == std::nullopt);
    CHECK(check_name(std::string(257, 'n')).value_or("").starts_with("name is longer than 256 bytes: `"));
    CHECK(check_name("a\tb") == "name holds a control character: `a\\x09b`");
    CHECK(check_name(std::string("a\0b", 3)) == "name holds a control character: `a\\x00b`");
    CHECK(check_workload("teams") == std::nullopt);
    CHECK(check_workload("exhcange") == "there is no workload `exhcange`, did you mean `exchange`?");
    CHECK(check_workload("any") == "workload must be `exchange`, `onedrive`, `sharepoint` or `teams`: `any`");
    CHECK(check_rule("single-app") == std::nullopt);
    CHECK(check_rule("comvault-2024") == "there is no rule `comvault-2024`, did you mean `commvault-2024`?");
    CHECK(check_cloud("dod") == std::nullopt);
    CHECK(check_cloud("germany") == "cloud must be `global`, `usgov`, `dod` or `china`: `germany`");
    CHECK(check_pool("Exchange-2") == std::nullopt);
    CHECK(check_pool(std::string(40, 'p')) == std::nullopt);
    for (std::string const& bad :
         {std::string(), std::string("a b"), std::string("a_b"), std::string("é"), std::string(41, 'p')}) {
        CHECK(check_pool(bad) != std::nullopt);
    }
}

TEST_SUITE_END();
