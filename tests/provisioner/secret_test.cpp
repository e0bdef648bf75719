#include "provisioner/secret.hpp"

#include "provisioner/http_message.hpp"
#include "provisioner/key_pair.hpp"
#include "tests/provisioner/shelf.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <type_traits>
#include <utility>

TEST_SUITE_BEGIN("provisioner");

namespace {

using poolwright::provisioner::http_reply;
using poolwright::provisioner::http_request;
using poolwright::provisioner::private_key;
using poolwright::provisioner::secret;
using poolwright::provisioner::shelf;
using poolwright::provisioner::shelf_allocator;
using poolwright::provisioner::shelf_is_blank;
using poolwright::provisioner::shelf_used;
using poolwright::provisioner::wiped_string;
using poolwright::provisioner::wiping_allocator;

template <class T>
concept streamable = requires(std::ostream& out, T const& value) { out << value; };

template <class T>
concept hashable = requires(T const& value) { std::hash<T>()(value); };

static_assert(!std::copyable<secret>);
static_assert(!std::equality_comparable<secret>);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!std::is_convertible_v<char const*, secret>);
static_assert(!streamable<secret>);
static_assert(!fmt::is_formattable<secret>::value);
static_assert(!std::is_copy_constructible_v<secret> && !std::is_copy_assignable_v<secret>);
static_assert(!std::totally_ordered<secret>);
static_assert(!std::is_convertible_v<secret, std::string> && !std::is_constructible_v<std::string, secret>);
static_assert(!hashable<secret>);
#ifdef __cpp_lib_format
static_assert(!std::formattable<secret, char>);
#endif
static_assert(!fmt::is_formattable<std::shared_ptr<secret const>>::value);
static_assert(!std::copyable<private_key> && !std::equality_comparable<private_key>);
static_assert(!streamable<private_key> && !fmt::is_formattable<private_key>::value);
// What holds a secret is no more open than that.
static_assert(!std::copyable<http_request> && !std::copyable<http_reply>);
static_assert(!streamable<http_request> && !fmt::is_formattable<http_request>::value);
static_assert(!streamable<http_reply> && !fmt::is_formattable<http_reply>::value);
static_assert(std::is_same_v<decltype(http_request::body), secret>);
static_assert(std::is_same_v<decltype(http_reply::body), secret>);
static_assert(std::is_same_v<decltype(http_request::bearer), std::shared_ptr<secret const>>);
static_assert(std::is_nothrow_move_constructible_v<secret> && std::is_nothrow_move_assignable_v<secret>);

constexpr std::string_view short_text = "swordfish";
constexpr std::string_view long_text = "a text that is longer than any short-string buffer there is";

bool holds(void const* memory, std::size_t size, std::string_view text) {
    auto const* const begin = static_cast<char const*>(memory);
    return std::search(begin, begin + size, text.begin(), text.end()) != begin + size;
}

bool holds(secret const& object, std::string_view text) {
    return holds(&object, sizeof object, text);
}

TEST_CASE("secret: what a wiped string gives back is blank") {
    shelf_used = 0;
    using watched_string =
        std::basic_string<char, std::char_traits<char>, wiping_allocator<char, shelf_allocator>>;
    {
        watched_string text(long_text);
        CHECK(holds(shelf.data(), shelf.size(), long_text));
        while (text.capacity() < 4 * long_text.size()) text += "more";
        // Growing has left the old place.
        CHECK(holds(shelf.data(), shelf.size(), long_text));
        CHECK_FALSE(holds(shelf.data(), long_text.size(), long_text));
    }
    CHECK(shelf_is_blank());
}

TEST_CASE("secret: wiping a string blanks all its memory and keeps it") {
    wiped_string text(long_text);
    auto const capacity = text.capacity();
    text.resize(3);  // the rest still lies behind the end
    wipe(text);
    CHECK(text.empty());
    CHECK(text.capacity() == capacity);
    CHECK(std::all_of(text.data(), text.data() + capacity, [](char c) { return c == 0; }));
}

// What is left in an object that was moved from is what these tests are about.
// NOLINTBEGIN(bugprone-use-after-move, bugprone-sizeof-container)

TEST_CASE("secret: neither a short text nor a long one lies in the object itself") {
    for (auto const text : {short_text, long_text}) {
        secret first{text};
        CHECK(first.reveal() == text);
        CHECK(first.size() == text.size());
        CHECK_FALSE(holds(first, text));
        secret second(std::move(first));
        CHECK(second.reveal() == text);
        CHECK_FALSE(holds(second, text));
        CHECK_FALSE(holds(first, text));
    }
}

TEST_CASE("secret: what was moved from is empty") {
    secret first{long_text};
    secret second(std::move(first));
    CHECK(first.empty());
    secret third{short_text};
    third = std::move(second);
    CHECK(second.empty());
    CHECK(third.reveal() == long_text);
    secret& same = third;
    third = std::move(same);
    CHECK(third.reveal() == long_text);
}

TEST_CASE("secret: takes a wiped string over and leaves nothing in it") {
    for (auto const text : {short_text, long_text}) {
        wiped_string source(text);
        secret const taken(std::move(source));
        CHECK(taken.reveal() == text);
        CHECK(source.empty());
        CHECK_FALSE(holds(&source, sizeof source, text));
        CHECK_FALSE(holds(taken, text));
    }
}

// NOLINTEND(bugprone-use-after-move, bugprone-sizeof-container)

TEST_CASE("secret: matches only the same text") {
    for (auto const text : {std::string_view(), short_text, long_text}) {
        secret const one{text};
        CHECK(one.matches(secret(text)));
        CHECK_FALSE(one.matches(secret(std::string(text) + "x")));
        if (text.empty()) continue;
        for (std::size_t i = 0; i < text.size(); ++i) {
            std::string other(text);
            other[i] ^= 1;
            CHECK_FALSE(one.matches(secret(other)));
        }
    }
    CHECK(secret().matches(secret()));
}

TEST_CASE("secret: a copy is one of its own, and forgetting is at once") {
    secret first{short_text};
    secret const copy = first.clone();
    first.wipe();
    CHECK(first.empty());
    CHECK(first.reveal().empty());
    CHECK(copy.reveal() == short_text);
}

}  // namespace

TEST_SUITE_END();
