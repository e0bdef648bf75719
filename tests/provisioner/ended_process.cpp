#include "tests/provisioner/ended_process.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <exception>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int was_ended = 9;
constexpr int has_thrown = 8;

// Calls that are left; 0: all there are.
int left = 0;

void count() {
    if (left > 0 && --left == 0) ::_exit(was_ended);
}

}  // namespace

// The linker puts these in the place of the calls in the project's own code (--wrap).
extern "C" {
ssize_t __real_write(int file, void const* bytes, std::size_t size);
int __real_fsync(int file);
int __real_rename(char const* from, char const* to);
int __real_renameat2(int from_folder, char const* from, int to_folder, char const* to, unsigned flags);
int __real_link(char const* from, char const* to);
int __real_unlink(char const* file);

ssize_t __wrap_write(int file, void const* bytes, std::size_t size) {
    count();
    return __real_write(file, bytes, size);
}
int __wrap_fsync(int file) {
    count();
    return __real_fsync(file);
}
int __wrap_rename(char const* from, char const* to) {
    count();
    return __real_rename(from, to);
}
int __wrap_renameat2(int from_folder, char const* from, int to_folder, char const* to, unsigned flags) {
    count();
    return __real_renameat2(from_folder, from, to_folder, to, flags);
}
int __wrap_link(char const* from, char const* to) {
    count();
    return __real_link(from, to);
}
int __wrap_unlink(char const* file) {
    count();
    return __real_unlink(file);
}
}

namespace poolwright::provisioner {

bool ended_before(int call, std::function<void()> const& work) {
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        left = call;
        try {
            work();
        } catch (std::exception const&) {
            ::_exit(has_thrown);
        }
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) != has_thrown);
    return WEXITSTATUS(status) == was_ended;
}

}  // namespace poolwright::provisioner
