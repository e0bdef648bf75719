#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What is wrong with a person's input, with its place. Collected, so that everything is said at once.

namespace poolwright::planner {

// One problem. Lines and columns count from 1; a column counts bytes; 0 means "the whole line" or "the whole
// file".
struct problem {
    std::string file;
    std::uint64_t line = 0;
    std::uint64_t column = 0;
    std::string message;

    // "FILE:LINE:COLUMN: message", without the parts that are 0.
    [[nodiscard]] std::string text() const;
};

// Keeps the first 50 and counts the rest: a file of a million bad rows must fill neither the memory nor the
// screen.
class problem_list {
public:
    static constexpr std::size_t kept = 50;

    void add(problem what);
    // Goes on with the message of the problem that was added after `before` others, if it is kept.
    void extend(std::uint64_t before, std::string_view text);
    [[nodiscard]] bool empty() const noexcept { return total_ == 0; }
    [[nodiscard]] std::vector<problem> const& first() const noexcept { return first_; }
    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }

    // A line for each problem kept, and one that counts the others; no newline at the end.
    [[nodiscard]] std::string text() const;

private:
    std::vector<problem> first_;
    std::uint64_t total_ = 0;
};

}  // namespace poolwright::planner
