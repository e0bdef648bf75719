#include "provisioner/naming.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

std::size_t characters(std::string_view text) {
    std::size_t count = 0;
    for (char const c : text) count += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    return count;
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string out;
    while (times-- > 0) out += text;
    return out;
}

// No character is cut in two.
bool is_whole(std::string_view text) {
    while (!text.empty()) {
        auto const lead = static_cast<unsigned char>(text.front());
        std::size_t const length = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
        if (lead >= 0x80U && lead < 0xC0U) return false;
        if (text.size() < length || characters(text.substr(0, length)) != 1) return false;
        text.remove_prefix(length);
    }
    return true;
}

display_pattern pattern(std::string_view text) {
    auto parsed = display_pattern::parse(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

}  // namespace

TEST_CASE("a unique name has at least four digits and never changes") {
    CHECK(unique_name("exchange", 1) == "poolwright-exchange-0001");
    CHECK(unique_name("exchange", 9'999) == "poolwright-exchange-9999");
    CHECK(unique_name("exchange", 10'000) == "poolwright-exchange-10000");
    CHECK(unique_name("Nord-2", std::numeric_limits<std::int32_t>::max()) == "poolwright-Nord-2-2147483647");
}

TEST_CASE("the intent is a tag of 32 hex digits") {
    auto const intent = *parse_guid("01234567-89AB-cdef-0123-456789abcdef");
    CHECK(intent_tag(intent) == "poolwright:intent=0123456789abcdef0123456789abcdef");
}

TEST_CASE("a display name") {
    struct row {
        std::string_view pattern;
        std::int32_t ordinal;
        std::string_view name;
    };
    constexpr row rows[] = {
        {display_pattern::standard, 7, "Backup pool exchange 0007 (poolwright)"},
        {display_pattern::standard, 12'345, "Backup pool exchange 12345 (poolwright)"},
        {"{ordinal}", 7, "7"},
        {"{ordinal:02}/{ordinal:09}", 7, "07/000000007"},
        {"{tenant} {pool}-{ordinal}", 7, "Österreich AG exchange-7"},
        {"{{{ordinal}}}", 7, "{7}"},
        {"Büro {ordinal} ✓", 7, "Büro 7 ✓"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.pattern);
        CHECK(pattern(each.pattern).name("exchange", each.ordinal, "Österreich AG") == each.name);
    }
}

TEST_CASE("a display pattern is refused in words") {
    struct row {
        std::string_view pattern;
        std::string_view says;
    };
    constexpr row rows[] = {
        {"", "{ordinal}"},
        {"{pool}", "{ordinal}"},
        {"{tenant} {pool}", "{ordinal}"},
        {"{{ordinal}}", "{ordinal}"},
        {"{ordinal} {mailboxes}", "fields are"},
        {"{ORDINAL}", "fields are"},
        {"{ ordinal }", "fields are"},
        {"{ordinal", "fields are"},
        {"ordinal}", "fields are"},
        {"{ordinal} {", "fields are"},
        {"{ordinal} }", "fields are"},
        {"{ordinal} {}", "fields are"},
        {"{} {1} {2}", "fields are"},
        {"{ordinal:x}", "fields are"},
        {"{ordinal:c}", "fields are"},
        {"{ordinal:0}", "fields are"},
        {"{ordinal:4}", "fields are"},
        {"{ordinal:04d}", "fields are"},
        {"{ordinal:02000000000}", "fields are"},
        {"{ordinal:{ordinal}}", "fields are"},
        {"{ordinal:}", "fields are"},
        {"{ordinal} {tenant:>2000000000}", "fields are"},
        {"{ordinal} {tenant:.3}", "fields are"},
        {"{ordinal} {pool:10}", "fields are"},
    };
    for (auto const& each : rows) {
        CAPTURE(each.pattern);
        auto const parsed = display_pattern::parse(each.pattern);
        REQUIRE(parsed.has_error());
        CHECK(parsed.error().find(each.says) != std::string::npos);
        CHECK(parsed.error().back() != '.');
    }
}

TEST_CASE("a pattern that fits parses, and one character more does not") {
    constexpr std::size_t longest_ordinal = 10;
    auto const room = longest_display_name - longest_ordinal;
    CHECK(display_pattern::parse(repeated("ä", room) + "{ordinal}").has_value());
    CHECK(display_pattern::parse(repeated("ä", room + 1) + "{ordinal}").has_error());
    // A pool is named with up to 40 characters.
    CHECK(display_pattern::parse(repeated("x", room - 40) + "{pool}{ordinal}").has_value());
    CHECK(display_pattern::parse(repeated("x", room - 39) + "{pool}{ordinal}").has_error());
}

TEST_CASE("a display name is never longer than Entra accepts, and never broken within a character") {
    std::string const pool(40, 'p');
    for (std::string_view const text : {"{tenant} {ordinal:04}", "{ordinal}{tenant}{tenant}{tenant}",
                                        "{tenant}{pool}{tenant} {ordinal:09}", "{pool}{pool} {ordinal}"}) {
        auto const made = pattern(text);
        for (std::string_view const letter : {"x", "ä", "語", "🏢"}) {
            for (std::size_t length = 0; length < 200; ++length) {
                auto const tenant = repeated(letter, length);
                auto const name = made.name(pool, std::numeric_limits<std::int32_t>::max(), tenant);
                CAPTURE(text);
                CAPTURE(tenant);
                REQUIRE(characters(name) <= longest_display_name);
                REQUIRE(name.find("2147483647") != std::string::npos);
                REQUIRE(is_whole(name));
            }
        }
    }
}

TEST_CASE("of a long tenant name stays what fits") {
    auto const name = pattern("{tenant} {ordinal:04}").name("p", 7, repeated("語", 200));
    CHECK(name == repeated("語", longest_display_name - 5) + " 0007");
    auto const twice = pattern("{tenant}/{tenant} {ordinal:04}").name("p", 7, repeated("é", 200));
    CHECK(twice == repeated("é", 57) + "/" + repeated("é", 57) + " 0007");
}

TEST_SUITE_END();
