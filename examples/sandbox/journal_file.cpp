#include "examples/sandbox/journal_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace poolwright::sandbox {
namespace {

constexpr std::size_t batch_size = 1 << 20;

[[noreturn]] void fail(std::string const& what, std::filesystem::path const& path) {
    throw std::system_error(errno, std::generic_category(), what + ' ' + path.string());
}

int open_locked(std::filesystem::path const& path, int flags) {
    auto const file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | flags, 0600);
    if (file < 0) fail("cannot open", path);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        fail("another sandbox holds", path);
    }
    return file;
}

void write_all(int file, std::string_view text, std::filesystem::path const& path) {
    while (!text.empty()) {
        auto const written = ::write(file, text.data(), text.size());
        if (written < 0 && errno != EINTR) fail("cannot write", path);
        if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
    }
}

}  // namespace

journal_file::journal_file(std::filesystem::path path)
    : path_(std::move(path)), file_(open_locked(path_, 0)) {}

journal_file::~journal_file() {
    ::close(file_);
}

void journal_file::read(line_sink const& each) const {
    std::ifstream in(path_, std::ios::binary);
    std::string line;
    // At the end of the file getline stops without having met a line feed: that line was cut off.
    while (std::getline(in, line) && !in.eof()) each(line);
}

void journal_file::rewrite(std::function<void(line_sink const&)> const& snapshot) {
    auto const fresh = path_.string() + ".new";
    auto const file = open_locked(fresh, O_TRUNC);
    std::string batch;
    auto const flush = [&] {
        write_all(file, batch, fresh);
        batch.clear();
    };
    snapshot([&](std::string_view line) {
        batch.append(line).push_back('\n');
        if (batch.size() > batch_size) flush();
    });
    flush();
    std::filesystem::rename(fresh, path_);
    ::close(file_);
    file_ = file;
}

void journal_file::append(std::string_view line) {
    std::string text(line);
    text.push_back('\n');
    write_all(file_, text, path_);
}

}  // namespace poolwright::sandbox
