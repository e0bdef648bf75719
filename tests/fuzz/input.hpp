#pragma once

#include "planner/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

// What a fuzz target is, and what all of them use. A target defines fuzz() and ends the process with fail()
// where a promise is broken; fuzz_loop.cpp (libFuzzer) or corpus_run.cpp (ctest) calls it.

namespace poolwright::fuzz {

// Takes one input. Never throws for any input.
void fuzz(std::string_view bytes);

[[noreturn]] void fail(std::string_view promise, std::source_location where);

// Ends the process, so that the input is kept, unless the promise holds.
inline void require(bool holds, std::string_view promise,
                    std::source_location where = std::source_location::current()) {
    if (!holds) fail(promise, where);
}

// The bytes of an input one after the other; zeros after its end. Texts end with the byte 0x1f, so that
// corpora can be written by hand.
class input {
public:
    explicit input(std::string_view bytes) : rest_(bytes) {}

    [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }
    std::uint8_t byte();
    std::uint64_t number();
    // A number of seconds since 1970 in the years 1970 to 2105, from four bytes.
    std::int64_t seconds();
    std::string_view text();
    // Everything that is left.
    std::string_view rest();

private:
    std::string_view rest_;
};

// The texts between the bytes 0x1f; at least one.
std::vector<std::string> split(std::string_view bytes);

bool is_utf8(std::string_view text);

// The place is one of the text, or the whole of it: a line that it has, and a byte of that line or its end.
void require_place_in(std::string_view text, std::uint64_t line, std::uint64_t column);

// The problem has a place in the text and a message in one line.
void require_sound(planner::problem const& what, std::string_view text);
void require_one_line(std::string_view message);

}  // namespace poolwright::fuzz
