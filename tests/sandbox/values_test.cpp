#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/random.hpp"
#include "examples/sandbox/signer.hpp"
#include "examples/sandbox/target.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

TEST_SUITE_BEGIN("sandbox");

using namespace poolwright::sandbox;

TEST_CASE("a guid is read in either case and written in lower case") {
    constexpr std::string_view text = "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
    CHECK(to_string(parse_guid(text).value()) == text);
    CHECK(parse_guid("7AB1D382-F21E-4ACD-A863-BA3E13F7DA61") == parse_guid(text));
    for (auto const bad :
         {"", "7ab1d382", "7ab1d382-f21e-4acd-a863-ba3e13f7da6", "7ab1d382-f21e-4acd-a863-ba3e13f7da611",
          "7ab1d382xf21e-4acd-a863-ba3e13f7da61", "7ab1d382-f21e-4acd-a863-ba3e13f7da6g"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_guid(bad).has_value());
    }
}

TEST_CASE("an id made from a name has version 5 and the variant of RFC 9562") {
    auto const text = to_string(name_based_guid("domain/contoso.example"));
    CHECK(text[14] == '5');
    CHECK(std::string_view("89ab").find(text[19]) != std::string_view::npos);
    CHECK(name_based_guid("a") == name_based_guid("a"));
    CHECK(name_based_guid("a") != name_based_guid("b"));
}

TEST_CASE("the same seed gives the same numbers, and secrets can be recognised") {
    generator one(7);
    generator two(7);
    generator other(8);
    CHECK(one.new_guid() == two.new_guid());
    CHECK(one.next() != other.next());
    auto const secret = one.new_secret();
    CHECK(std::string_view(secret.data(), secret.size()).starts_with("sbx8Q~"));
    CHECK(secret != one.new_secret());
}

TEST_CASE("a lag is drawn between one half and three halves") {
    using namespace std::chrono_literals;
    generator random(1);
    std::chrono::nanoseconds least = 1h;
    std::chrono::nanoseconds most = 0ns;
    for (int i = 0; i < 1000; ++i) {
        auto const lag = random.around(10s);
        least = std::min(least, lag);
        most = std::max(most, lag);
    }
    CHECK(least >= 5s);
    CHECK(least < 6s);
    CHECK(most <= 15s);
    CHECK(most > 14s);
    CHECK(random.around(0s) == 0ns);
}

TEST_CASE("percent and form encoding") {
    struct {
        std::string_view text;
        bool plus_is_space;
        std::optional<std::string> decoded;
    } const table[] = {
        {"a%20b", false, "a b"}, {"a+b", false, "a+b"}, {"a+b", true, "a b"}, {"%zz", false, {}},
        {"%4", false, {}},       {"%", false, {}},      {"", false, ""},      {"%C3%A4", false, "\xC3\xA4"},
    };
    for (auto const& row : table) {
        CAPTURE(row.text);
        CHECK(percent_decode(row.text, row.plus_is_space) == row.decoded);
    }
    CHECK(percent_encode("a b'~%") == "a%20b%27~%25");
    CHECK(parse_fields("a=1&b=x%3Dy&c").value() == fields{{"a", "1"}, {"b", "x=y"}, {"c", ""}});
    CHECK_FALSE(parse_fields("a=%q").has_value());
}

TEST_CASE("base64 in either alphabet, back to the same bytes") {
    for (std::string const& bytes : {std::string(), std::string("f"), std::string("fo"), std::string("foo"),
                                     std::string("\xff\xfe\xfd\x00 ", 5)}) {
        CHECK(base64_decode(base64url_encode(bytes)) == bytes);
    }
    CHECK(base64url_encode("fo") == "Zm8");
    CHECK(base64_decode("Zm8=") == "fo");
    CHECK(base64_decode("-_-_") == base64_decode("+/+/"));
    CHECK_FALSE(base64_decode("Zm8!").has_value());
}

TEST_CASE("a signature is of its text and seed alone, whatever was signed before") {
    signer const one(7);
    signer const same(7);
    auto const of_text = one.sign("text");
    CHECK(of_text.size() == 32);
    CHECK(one.sign("another text") != of_text);
    CHECK(one.sign("text") == of_text);
    CHECK(same.sign("text") == of_text);
    CHECK(signer(8).sign("text") != of_text);
    CHECK(one.has_signed("text", of_text));
    CHECK_FALSE(one.has_signed("text.", of_text));
    CHECK_FALSE(one.has_signed("text", of_text.substr(1)));
    CHECK_FALSE(one.has_signed("text", ""));
}

TEST_CASE("the moments of the wire") {
    auto const at = parse_timestamp("2026-02-20T11:27:12.1234567Z").value();
    CHECK(long_timestamp(at) == "2026-02-20T11:27:12.1234567Z");
    CHECK(short_timestamp(at) == "2026-02-20T11:27:12Z");
    CHECK(zoneless_timestamp(at) == "2026-02-20T11:27:12");
    CHECK(authority_timestamp(at) == "2026-02-20 11:27:12Z");
    CHECK(http_date(at) == "Fri, 20 Feb 2026 11:27:12 GMT");
    CHECK(unix_seconds(at) == 1771586832);
    CHECK(parse_timestamp("2026-02-20T12:27:12+01:00") == parse_timestamp("2026-02-20T11:27:12Z"));
    for (auto const bad :
         {"", "2026-02-20", "2026-02-30T00:00:00Z", "2026-02-20T11:27:12", "2026-02-20T24:00:00Z",
          "2026-02-20T11:27:12Zz", "1-02-20T11:27:12Z", "2026-02-20T11:60:12Z"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_timestamp(bad).has_value());
    }
}

TEST_CASE("a target is taken apart") {
    auto const plain = parse_target("/v1.0/applications/x?$select=id,appId&$top=5").value();
    REQUIRE(plain.segments.size() == 3);
    CHECK(plain.segments[1].text == "applications");
    CHECK(*plain.option("select") == "id,appId");
    CHECK(*plain.option("top") == "5");
    CHECK(plain.option("filter") == nullptr);

    auto const keyed = parse_target("/v1.0/applications(uniqueName='it%27%27s')/addPassword").value();
    REQUIRE(keyed.segments.size() == 4);
    CHECK(keyed.segments[2].is_key);
    CHECK(keyed.segments[2].key_name == "uniqueName");
    CHECK(keyed.segments[2].text == "it's");

    auto const odata = parse_target("/v1.0/applications('x')").value();
    CHECK(odata.segments.back().is_key);
    CHECK(odata.segments.back().key_name.empty());

    for (auto const literal :
         {"/v1.0/applications(x", "/v1.0/applications(appId=x)", "/v1.0/applications(appId='x)"}) {
        CAPTURE(literal);
        CHECK(parse_target(literal).value().segments.size() == 2);
    }
    CHECK_FALSE(parse_target("/v1.0/%zz").has_value());
    CHECK_FALSE(parse_target("/v1.0/a?b=%").has_value());
}

TEST_SUITE_END();
