#pragma once

#include "cli/exit_code.hpp"

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

    [[nodiscard]] exit_code code() const noexcept { return code_; }
    [[nodiscard]] std::string const& hint() const noexcept { return hint_; }

private:
    exit_code code_;
    std::string hint_;
};

}  // namespace poolwright::cli
