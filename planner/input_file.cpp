#include "planner/input_file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace poolwright::planner {

namespace {

std::error_code last_error() {
    return {errno, std::generic_category()};
}

problem cannot(std::string const& name, std::string_view what) {
    return {name, 0, 0, fmt::format("cannot {}: {}", what, last_error().message())};
}

// As read, but not ended by a signal.
ssize_t read_some(int fd, char* to, std::size_t size) {
    ssize_t count = 0;
    do {
        count = ::read(fd, to, size);
    } while (count < 0 && errno == EINTR);
    return count;
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw std::system_error(last_error(), "cannot copy the input to a temporary file");
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

descriptor make_nameless_file() {
    char const* folder = std::getenv("TMPDIR");
    std::string path = fmt::format("{}/poolwright-XXXXXX", folder && *folder ? folder : "/tmp");
    descriptor fd(::mkostemp(path.data(), O_CLOEXEC));
    if (fd.get() < 0) throw std::system_error(last_error(), "cannot make a temporary file " + path);
    ::unlink(path.c_str());
    return fd;
}

// False, with errno, if the pipe cannot be read.
bool copy(int from, int to) {
    std::string buffer(input_file::piece_size, '\0');
    while (true) {
        auto const count = read_some(from, buffer.data(), buffer.size());
        if (count < 0) return false;
        if (count == 0) return true;
        write_all(to, {buffer.data(), static_cast<std::size_t>(count)});
    }
}

// As pread, but all that there is up to `size`; negative on failure.
ssize_t read_at(int fd, char* to, std::size_t size, off_t offset) {
    std::size_t done = 0;
    while (done < size) {
        auto const count = ::pread(fd, to + done, size - done, offset + static_cast<off_t>(done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return -1;
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return static_cast<ssize_t>(done);
}

}  // namespace

descriptor::~descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

input_file::input_file(std::string name, descriptor fd, off_t begin)
    : name_(std::move(name)), fd_(std::move(fd)), begin_(begin), buffer_(piece_size, '\0') {}

boost::system::result<input_file, problem> input_file::open(std::string const& path) {
    bool const is_stdin = path == "-";
    std::string const name = is_stdin ? "stdin" : path;
    descriptor fd(is_stdin ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                           : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0) return cannot(name, "open this file");
    if (S_ISREG(status.st_mode)) {
        auto const begin = ::lseek(fd.get(), 0, SEEK_CUR);
        return input_file(name, std::move(fd), begin);
    }
    if (S_ISDIR(status.st_mode)) return problem{name, 0, 0, "this is a directory, not a file"};
    auto copied = make_nameless_file();
    if (!copy(fd.get(), copied.get())) return cannot(name, "read this file");
    return input_file(name, std::move(copied), 0);
}

boost::system::result<std::string_view, problem> input_file::next() {
    auto const offset = begin_ + static_cast<off_t>(piece_ * piece_size);
    auto const count = read_at(fd_.get(), buffer_.data(), piece_size, offset);
    if (count < 0) return cannot(name_, "read this file");
    std::string_view const piece(buffer_.data(), static_cast<std::size_t>(count));
    if (!is_as_before(piece))
        return problem{name_, 0, 0, "this file was changed while it was read: run the command again"};
    ++piece_;
    return piece;
}

// A fixed key will do: whoever may write the file has no use for two pieces of the same hash.
bool input_file::is_as_before(std::string_view piece) {
    static constexpr std::array<unsigned char, crypto_shorthash_siphashx24_KEYBYTES> key{};
    hash now{};
    static_assert(std::tuple_size_v<hash> == crypto_shorthash_siphashx24_BYTES);
    crypto_shorthash_siphashx24(now.data(), reinterpret_cast<unsigned char const*>(piece.data()),
                                piece.size(), key.data());
    if (piece_ < seen_.size()) return seen_[piece_] == now;
    seen_.push_back(now);
    return true;
}

}  // namespace poolwright::planner
