#include "provisioner/durable_file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace poolwright::provisioner {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(fs::path const& file) {
    throw std::system_error(errno, std::generic_category(), file.string());
}

class descriptor {
public:
    descriptor(fs::path const& file, int flags) : number_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
        if (number_ < 0) fail(file);
    }
    descriptor(descriptor const&) = delete;
    descriptor& operator=(descriptor const&) = delete;
    ~descriptor() { ::close(number_); }
    [[nodiscard]] int get() const noexcept { return number_; }

private:
    int number_;
};

// Removes a file that did not get its final name.
struct unfinished_file {
    fs::path path;
    explicit unfinished_file(fs::path where) : path(std::move(where)) {}
    unfinished_file(unfinished_file const&) = delete;
    unfinished_file& operator=(unfinished_file const&) = delete;
    ~unfinished_file() { ::unlink(path.c_str()); }
};

fs::path folder_of(fs::path const& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// How the names of files begin that are being written; eight digits follow.
std::string unfinished_prefix(fs::path const& file) {
    return fmt::format(".{}.", file.filename().string());
}

void write_all(descriptor const& file, std::string_view content, fs::path const& name) {
    while (!content.empty()) {
        auto const written = ::write(file.get(), content.data(), content.size());
        if (written < 0 && errno != EINTR) fail(name);
        if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(file.get()) != 0) fail(name);
}

// Some file systems cannot rename without replacing; a second name and then none of the first does the same.
void rename_without_replacing(fs::path const& from, fs::path const& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
    if (errno != EINVAL && errno != ENOSYS) fail(to);
    if (::link(from.c_str(), to.c_str()) != 0) fail(to);
}

}  // namespace

void make_private_folders(fs::path const& folder) {
    if (folder.empty() || fs::is_directory(folder)) return;
    make_private_folders(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(folder_of(folder));
    // Another process may have made it meanwhile.
    if (auto const why = errno; !fs::is_directory(folder)) {
        errno = why == EEXIST ? ENOTDIR : why;
        fail(folder);
    }
}

void sync_folder(fs::path const& folder) {
    descriptor const entry(folder, O_RDONLY | O_DIRECTORY);
    // A file system that cannot sync a folder says EINVAL; there is nothing more to be done then.
    if (::fsync(entry.get()) != 0 && errno != EINVAL) fail(folder);
}

void write_new_file(fs::path const& file, std::string_view content) {
    auto const folder = folder_of(file);
    make_private_folders(folder);
    unfinished_file const unfinished(
        folder / fmt::format("{}{:08x}", unfinished_prefix(file), ::randombytes_random()));
    {
        descriptor const out(unfinished.path, O_WRONLY | O_CREAT | O_EXCL);
        write_all(out, content, file);
    }
    rename_without_replacing(unfinished.path, file);
    sync_folder(folder);
}

void remove_unfinished(fs::path const& file) {
    constexpr std::size_t digits = 8;
    auto const prefix = unfinished_prefix(file);
    auto const folder = folder_of(file);
    if (!fs::is_directory(folder)) return;
    for (auto const& entry : fs::directory_iterator(folder)) {
        auto const name = entry.path().filename().string();
        if (name.starts_with(prefix) && name.size() == prefix.size() + digits) remove_file(entry.path());
    }
}

void replace_file(fs::path const& by, fs::path const& file) {
    if (std::rename(by.c_str(), file.c_str()) != 0) fail(file);
    sync_folder(folder_of(file));
}

void remove_file(fs::path const& file) {
    if (::unlink(file.c_str()) != 0 && errno != ENOENT) fail(file);
}

}  // namespace poolwright::provisioner
