#include "cli/replaced_file.hpp"

#include "cli/failure.hpp"
#include "cli/terminal.hpp"
#include "planner/wording.hpp"
#include "provisioner/durable_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace poolwright::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(std::string const& path, int error) {
    throw failure(broken, fmt::format("cannot write {}: {}", path, std::generic_category().message(error)));
}

fs::path folder_of(fs::path const& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

}  // namespace

replaced_file::replaced_file(std::string const& path, mode_t mode) : path_(path), target_(path) {
    struct stat status{};
    bool const is_there = ::stat(path.c_str(), &status) == 0;
    if (is_there && S_ISDIR(status.st_mode)) refuse(path_, EISDIR);
    if (is_there && !S_ISREG(status.st_mode)) {
        descriptor_ = planner::descriptor(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
    } else {
        if (is_there) target_ = fs::canonical(path);
        open_new(mode);
    }
    if (descriptor_.get() < 0) refuse(path_, errno);
    output_.emplace(descriptor_.get(), path_);
}

void replaced_file::open_new(mode_t mode) {
    auto name = (folder_of(target_) / fmt::format(".{}.XXXXXX", target_.filename().string())).string();
    descriptor_ = planner::descriptor(::mkostemp(name.data(), O_CLOEXEC));
    if (descriptor_.get() < 0) return;
    unfinished_ = std::move(name);
    if (::fchmod(descriptor_.get(), mode) != 0) refuse(path_, errno);
}

replaced_file::~replaced_file() {
    if (!unfinished_.empty()) ::unlink(unfinished_.c_str());
}

bool replaced_file::is_terminal() const {
    return cli::is_terminal(descriptor_.get());
}

void replaced_file::commit() {
    output_->finish();
    if (unfinished_.empty()) return;
    if (::fsync(descriptor_.get()) != 0) refuse(path_, errno);
    if (std::rename(unfinished_.c_str(), target_.c_str()) != 0) refuse(path_, errno);
    unfinished_.clear();
    provisioner::sync_folder(folder_of(target_));
}

void check_is_not_read(std::string_view option, std::string const& written, std::string const& read) {
    std::error_code none_of_that_name;
    if (!fs::is_regular_file(written, none_of_that_name) || !fs::equivalent(written, read, none_of_that_name))
        return;
    throw failure(wrong_usage,
                  fmt::format("{} {} would replace the file that is read", option, planner::shown(written)),
                  "choose another name");
}

}  // namespace poolwright::cli
