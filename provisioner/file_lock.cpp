#include "provisioner/file_lock.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace poolwright::provisioner {
namespace {

[[noreturn]] void fail(std::string const& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

lock_holder read_holder(int descriptor) {
    std::array<char, 24> text{};
    auto const size = ::pread(descriptor, text.data(), text.size(), 0);
    lock_holder holder;
    if (size > 0) std::from_chars(text.data(), text.data() + size, holder.process);
    return holder;
}

// Only informs, so a failure (a full disk) is no reason not to hold the lock.
void write_holder(int descriptor) {
    auto const text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(descriptor, 0) != 0) return;
    [[maybe_unused]] auto const written = ::pwrite(descriptor, text.data(), text.size(), 0);
}

}  // namespace

boost::system::result<file_lock, lock_holder> file_lock::take(std::filesystem::path const& file) {
    auto const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    if (descriptor < 0) fail(file.string());
    file_lock lock(descriptor);
    while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return read_holder(descriptor);
        if (errno != EINTR) fail(file.string());
    }
    write_holder(descriptor);
    return lock;
}

file_lock::file_lock(file_lock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

file_lock& file_lock::operator=(file_lock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

file_lock::~file_lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace poolwright::provisioner
