#include "provisioner/assertion_file.hpp"

#include "provisioner/jwt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace poolwright::provisioner {
namespace {

using namespace std::chrono_literals;

// More than any token has.
constexpr std::size_t largest_token = 64U << 10U;

struct opened {
    int descriptor;
    explicit opened(std::filesystem::path const& file) noexcept
        : descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    opened(opened const&) = delete;
    opened& operator=(opened const&) = delete;
    ~opened() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

std::string reason(int error) {
    return std::generic_category().message(error);
}

// Empty if it cannot be read, or is too long for a token.
wiped_string text_in(int descriptor) {
    wiped_string text(largest_token + 1, '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        auto const got = ::read(descriptor, text.data() + filled, text.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return {};
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    if (filled > largest_token) return {};
    text.resize(filled);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return text;
}

bool is_one_word(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
}

}  // namespace

bool assertion_file::is_fresh(stamp const& found, std::chrono::system_clock::time_point now) const {
    return token_ != nullptr && found == seen_ && (!ends_ || now + 1min < *ends_);
}

void assertion_file::none(std::string_view why) {
    token_ = nullptr;
    ends_ = std::nullopt;
    why_none_ = fmt::format("the token of the workload's platform in {} {}", file_.string(), why);
}

void assertion_file::read(int descriptor) {
    auto const text = text_in(descriptor);
    auto const claims = is_one_word(text) ? claims_of(text) : std::nullopt;
    if (!claims || claims->object() == nullptr) return none("is no JSON Web Token");
    token_ = std::make_shared<secret const>(std::string_view(text));
    ends_ = expiry_in(*claims->object());
}

std::shared_ptr<secret const> assertion_file::current(std::chrono::system_clock::time_point now) {
    opened const file(file_);
    struct stat facts{};
    if (file.descriptor < 0 || ::fstat(file.descriptor, &facts) != 0) {
        none(fmt::format("cannot be read: {}", reason(errno)));
        return nullptr;
    }
    stamp const found{.device = static_cast<std::int64_t>(facts.st_dev),
                      .inode = static_cast<std::int64_t>(facts.st_ino),
                      .size = facts.st_size,
                      .changed = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec};
    if (!is_fresh(found, now)) {
        read(file.descriptor);
        seen_ = found;
    }
    if (ends_ && *ends_ <= now) none("has expired, and the platform has not renewed it");
    return token_;
}

}  // namespace poolwright::provisioner
