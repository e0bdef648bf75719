#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

// JSON written into room that was made before: a row of a plan has sixty pieces, and to ask a string for
// room for each costs more than the pieces. Used by plan_text.

namespace poolwright::planner {

class json_cursor {
public:
    // The most bytes that one byte of a string (`\u00xx`) and that a number can become.
    static constexpr std::size_t most_for_byte = 6;
    static constexpr std::size_t most_for_number = 20;

    // `at` has room for all that will be written.
    explicit json_cursor(char* at) noexcept : at_(at) {}

    // Behind what was written.
    [[nodiscard]] char* end() const noexcept { return at_; }

    // The text as it is.
    void put(std::string_view text) noexcept {
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
    }

    // The text in quotes, escaped as plan.hpp says.
    void value(std::string_view text) noexcept;

    void value(std::int64_t number) noexcept { at_ = std::to_chars(at_, at_ + most_for_number, number).ptr; }

    // `,"key":value`. The size of the key is known to the compiler, which then needs no call to copy it.
    template <std::size_t Size, class Value>
    void member(char const (&key)[Size], Value const& what) noexcept {
        put(",\"");
        put({key, Size - 1});
        put("\":");
        value(what);
    }

private:
    void escape(char c) noexcept;

    char* at_;
};

}  // namespace poolwright::planner
