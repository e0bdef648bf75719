#include "provisioner/json_body.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace poolwright::provisioner;
using namespace std::string_literals;
namespace json = boost::json;

TEST_SUITE_BEGIN("provisioner");

TEST_CASE("what is not one JSON document of sane depth is nothing") {
    std::string const texts[] = {
        "",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\xC3\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        "{\"a\":\"line\nbreak\"}",
        "{\"a\":\"\\ud800\"}",
        "\xEF\xBB\xBF{}",
        "<html>503 Service Unavailable</html>",
        "{\"a\":1}"s + '\0',
        std::string(10'000, '['),
        std::string(10'000, '[') + std::string(10'000, ']'),
        std::string(33, '[') + std::string(33, ']'),
    };
    for (auto const& text : texts) {
        CAPTURE(text.substr(0, 40));
        CHECK_FALSE(json_body::parse(text).has_value());
    }
}

TEST_CASE("a document that is not an object has no object") {
    for (std::string_view const text : {"null", "true", "17", "1e400", "\"text\"", "[]", "[{\"a\":1}]"}) {
        auto const body = json_body::parse(text);
        CAPTURE(text);
        if (body) CHECK(body->object() == nullptr);
    }
    REQUIRE(json_body::parse(" {} \r\n").has_value());
    CHECK(json_body::parse(" {} \r\n")->object() != nullptr);
}

TEST_CASE("32 levels are read") {
    std::string text = "{\"a\":";
    text += std::string(31, '[') + std::string(31, ']') + "}";
    CHECK(json_body::parse(text).has_value());
}

TEST_CASE("a member that is missing, null or of another type is empty") {
    auto const body =
        json_body::parse(R"({"text":"x","number":1,"huge":123456789012345678901234567890,"none":null,)"
                         R"("list":[1],"object":{"a":"b"},"no":false,"":"unnamed"})");
    REQUIRE(body.has_value());
    auto const& object = *body->object();
    CHECK(text_at(object, "text") == "x");
    CHECK(text_at(object, "") == "unnamed");
    REQUIRE(array_at(object, "list") != nullptr);
    CHECK(array_at(object, "list")->size() == 1);
    REQUIRE(object_at(object, "object") != nullptr);
    CHECK(text_at(*object_at(object, "object"), "a") == "b");
    for (std::string_view const key : {"number", "huge", "none", "no", "list", "object", "Text", "missing"})
        CHECK(text_at(object, key).empty());
    for (std::string_view const key : {"text", "number", "none", "no", "object", "missing"})
        CHECK(array_at(object, key) == nullptr);
    for (std::string_view const key : {"text", "number", "none", "no", "list", "missing"})
        CHECK(object_at(object, key) == nullptr);
}

TEST_CASE("of a key that stands twice, the last one counts") {
    auto const body = json_body::parse(R"({"a":"first","b":1,"a":"last"})");
    REQUIRE(body.has_value());
    CHECK(text_at(*body->object(), "a") == "last");
    auto const other = json_body::parse(R"({"a":"first","a":null})");
    REQUIRE(other.has_value());
    CHECK(text_at(*other->object(), "a").empty());
}

TEST_CASE("texts are unescaped, and long ones are whole") {
    std::string const long_text(100'000, 's');
    auto const body = json_body::parse(R"({"a":"\u00e4\"\\\n\ud83c\udfe2","b":")" + long_text + "\"}");
    REQUIRE(body.has_value());
    CHECK(text_at(*body->object(), "a") == "ä\"\\\n🏢");
    CHECK(text_at(*body->object(), "b") == long_text);
}

TEST_CASE("a request's body is the document, whatever its length") {
    for (std::size_t const length : {0U, 1U, 5U, 4'095U, 4'096U, 50'000U}) {
        json::object const document{{"text", std::string(length, 'x') + "\"ä"}, {"list", {1, 2}}};
        auto const body = to_body(document);
        CHECK(json::parse(std::string(body.reveal())) == json::value(document));
    }
    CHECK(to_body({}).reveal() == "{}");
}

TEST_SUITE_END();
