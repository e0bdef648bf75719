#pragma once

#include <cstdlib>

namespace poolwright::cli::test {

// A variable of the environment as long as it lives.
class variable {
public:
    variable(char const* name, char const* value) : name_(name) { ::setenv(name, value, 1); }
    variable(variable const&) = delete;
    variable& operator=(variable const&) = delete;
    ~variable() { ::unsetenv(name_); }

private:
    char const* name_;
};

}  // namespace poolwright::cli::test
