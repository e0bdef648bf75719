#pragma once

#include "cli/exit_code.hpp"
#include "planner/problem.hpp"

#include <stdexcept>
#include <string>

// A command that cannot go on. Thrown by commands, caught once in main(), which prints `poolwright: <what>`
// (and the hint) on standard error and ends with the code. The text says what, where and why; the hint what
// to do.

namespace poolwright::cli {

class failure : public std::runtime_error {
public:
    failure(exit_code code, std::string const& text, std::string hint = {})
        : std::runtime_error(text), code_(code), hint_(std::move(hint)) {}

    // What is wrong with the input: a line for each, beginning with its place.
    explicit failure(planner::problem_list const& problems, std::string hint = {})
        : std::runtime_error(problems.text()), code_(bad_input), hint_(std::move(hint)), has_places_(true) {}

    [[nodiscard]] exit_code code() const noexcept { return code_; }
    [[nodiscard]] std::string const& hint() const noexcept { return hint_; }
    // The text consists of problems with their places, which stand at the beginning of a line.
    [[nodiscard]] bool has_places() const noexcept { return has_places_; }

private:
    exit_code code_;
    std::string hint_;
    bool has_places_ = false;
};

}  // namespace poolwright::cli
