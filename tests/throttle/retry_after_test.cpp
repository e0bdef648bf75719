#include "throttle/retry.hpp"

#include <doctest/doctest.h>

#include <string_view>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
constexpr std::chrono::system_clock::time_point noted{784'111'777s};

struct row {
    std::string_view value;
    std::optional<nanoseconds> delay;
};

}  // namespace

TEST_CASE("Retry-After in seconds") {
    for (auto [value, delay] : {
             row{"120", 120s},
             row{"0", 0s},
             row{"2.128", 2128ms},
             row{" 5 ", 5s},
             row{"\t5", 5s},
             row{"007", 7s},
             row{"0.000000001", 1ns},
             row{"0.0000000009", 0ns},
             row{"1.99999999999999999999999999", 2s - 1ns},
             row{"86400", 24h},
             row{"86400.5", 24h},
             row{"86401", 24h},
             row{"99999999999999999999999999999999", 24h},
             row{"", std::nullopt},
             row{"  ", std::nullopt},
             row{"-1", std::nullopt},
             row{"+1", std::nullopt},
             row{"1e9", std::nullopt},
             row{"NaN", std::nullopt},
             row{"inf", std::nullopt},
             row{"0x10", std::nullopt},
             row{"1,5", std::nullopt},
             row{"1.", std::nullopt},
             row{".5", std::nullopt},
             row{"1.2.3", std::nullopt},
             row{"5 s", std::nullopt},
             row{"5\n", std::nullopt},
             row{std::string_view("5\0", 2), std::nullopt},
             row{"soon", std::nullopt},
         }) {
        CAPTURE(value);
        CHECK(parse_retry_after(value, noted) == delay);
    }
}

TEST_CASE("Retry-After as a date, in the three forms of RFC 9110") {
    for (auto [value, delay] : {
             row{"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
             row{"Sun, 06 Nov 1994 08:51:37 GMT", 120s},
             row{" Sun, 06 Nov 1994 08:51:37 GMT ", 120s},
             row{"Sunday, 06-Nov-94 08:51:37 GMT", 120s},
             row{"Sun Nov  6 08:51:37 1994", 120s},
             row{"Sun Nov 06 08:51:37 1994", 120s},
             row{"Mon, 07 Nov 1994 08:49:37 GMT", 24h},
             row{"Mon, 07 Nov 1994 08:49:36 GMT", 24h - 1s},
             row{"Sun, 06 Nov 1994 08:49:60 GMT", 23s},
             row{"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
             row{"Sat, 05 Nov 1994 08:49:37 GMT", 0s},
             row{"Sat, 01 Jan 0000 00:00:00 GMT", 0s},
             row{"Sunday, 06-Nov-44 08:49:37 GMT", 24h},  // 50 years ahead
             row{"Monday, 06-Nov-45 08:49:37 GMT", 0s},   // 1945
             row{"Sunday, 01-Jan-00 00:00:00 GMT", 24h},  // 2000
             row{"Sun, 06 Nov 1994 08:49:37", std::nullopt},
             row{"Sun, 06 Nov 1994 08:49:37 UTC", std::nullopt},
             row{"Sun, 06 Nov 1994 08:49:37 GMT+1", std::nullopt},
             row{"Sun, 6 Nov 1994 08:49:37 GMT", std::nullopt},
             row{"Sun, 06 nov 1994 08:49:37 GMT", std::nullopt},
             row{"Son, 06 Nov 1994 08:49:37 GMT", std::nullopt},
             row{"Sun, 31 Feb 1994 08:49:37 GMT", std::nullopt},
             row{"Sun, 00 Nov 1994 08:49:37 GMT", std::nullopt},
             row{"Sun, 06 Nov 1994 24:00:00 GMT", std::nullopt},
             row{"Sun, 06 Nov 1994 08:60:00 GMT", std::nullopt},
             row{"Sun, 06 Nov 1994 08:49:61 GMT", std::nullopt},
             row{"Sun, 06 Nov -994 08:49:37 GMT", std::nullopt},
             row{"Sun Nov 6 08:49:37 1994", std::nullopt},
             row{"1994-11-06T08:49:37Z", std::nullopt},
         }) {
        CAPTURE(value);
        CHECK(parse_retry_after(value, noted) == delay);
    }
}

TEST_CASE("a fraction of the present second is not waited for twice") {
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:38 GMT", noted + 250ms) == 750ms);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", noted + 250ms) == 0s);
}

TEST_CASE("every beginning of a date is refused") {
    for (std::string_view whole :
         {"Sun, 06 Nov 1994 08:51:37 GMT", "Sunday, 06-Nov-94 08:51:37 GMT", "Sun Nov  6 08:51:37 1994"}) {
        for (std::size_t length = 0; length < whole.size(); ++length) {
            CAPTURE(whole.substr(0, length));
            CHECK_FALSE(parse_retry_after(whole.substr(0, length), noted).has_value());
        }
    }
}

TEST_SUITE_END();
