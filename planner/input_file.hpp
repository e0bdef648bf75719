#pragma once

#include "planner/problem.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

// A file or standard input that can be read several times, and is known to be the same each time. Opened by
// the commands; read by read_tenants. A pipe is first copied to a temporary file that has no name.

namespace poolwright::planner {

// Owns an open file.
class descriptor {
public:
    explicit descriptor(int fd = -1) noexcept : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor();
    [[nodiscard]] int get() const noexcept { return fd_; }

private:
    int fd_;
};

class input_file {
public:
    // The size of every piece but the last.
    static constexpr std::size_t piece_size = std::size_t{256} * 1024;

    // Opens a path, or standard input for "-". Throws std::system_error if a pipe cannot be copied.
    static boost::system::result<input_file, problem> open(std::string const& path);

    // As it stands in problems: the path, or "stdin".
    [[nodiscard]] std::string const& name() const noexcept { return name_; }

    // The next piece, empty at the end; valid until the next call. A piece that is not what it was at an
    // earlier reading is never handed over: it is a problem.
    boost::system::result<std::string_view, problem> next();

    // Begins again.
    void rewind() noexcept { piece_ = 0; }

private:
    using hash = std::array<unsigned char, 16>;

    input_file(std::string name, descriptor fd, off_t begin);
    bool is_as_before(std::string_view piece);

    std::string name_;
    descriptor fd_;
    off_t begin_;            // where standard input stood
    std::size_t piece_ = 0;  // the next one
    std::string buffer_;
    std::vector<hash> seen_;  // of each piece that was read, the empty one at the end too
};

}  // namespace poolwright::planner
