#include "provisioner/key_files.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <optional>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// A key file: what is read of it as a public key, as a private one, and as one that a passphrase protects.

namespace poolwright::fuzz {

namespace {

using namespace provisioner;

constexpr std::string_view private_header = "poolwright private key 1";
constexpr std::string_view protected_header = "poolwright private key 2";
constexpr std::string_view public_header = "poolwright public key 1";

// A file in memory, for its owner only, that has a path like any other.
class file_in_memory {
public:
    explicit file_in_memory(std::string_view text) : descriptor_(::memfd_create("key", MFD_CLOEXEC)) {
        require(descriptor_ >= 0 && ::fchmod(descriptor_, S_IRUSR | S_IWUSR) == 0, "a file can be made");
        require(::write(descriptor_, text.data(), text.size()) == static_cast<ssize_t>(text.size()),
                "and written");
    }
    file_in_memory(file_in_memory const&) = delete;
    file_in_memory& operator=(file_in_memory const&) = delete;
    ~file_in_memory() { ::close(descriptor_); }

    [[nodiscard]] std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

private:
    int descriptor_;
};

// The lines without their ends, of either kind; nothing behind the last end.
std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

bool is_key(std::string_view text) {
    auto const bytes = read_base64(text);
    return bytes && bytes->size() == public_key::size;
}

// A point of low order is no public key.
bool can_be_sealed_to(std::string_view text) {
    auto const bytes = read_base64(text);
    if (!bytes || bytes->size() != crypto_box_PUBLICKEYBYTES) return false;
    std::array<unsigned char, crypto_box_SEALBYTES> box{};
    return crypto_box_seal(box.data(), box.data(), 0,
                           reinterpret_cast<unsigned char const*>(bytes->data())) == 0;
}

bool has_key(std::vector<std::string> const& lines, std::string_view header) {
    return lines.size() == 2 && lines[0] == header && is_key(lines[1]);
}

// Of a sentence that says why a file is not read: nothing of the file is in it, since that may be a secret.
void check_sentence(std::string_view said, std::vector<std::string> const& lines) {
    require_one_line(said);
    require(is_utf8(said), "a sentence is UTF-8");
    constexpr std::size_t least = 24;  // what a sentence has by chance is shorter
    for (auto const& line : lines)
        require(line.size() < least || !read_base64(line) || said.find(line) == std::string_view::npos,
                "nothing of a key file is told");
}

void check_public(std::string const& path, std::vector<std::string> const& lines) {
    auto const key = read_public_key(path);
    require(key.has_value() == (has_key(lines, public_header) && can_be_sealed_to(lines[1])),
            "a public key is two lines that can be sealed to, and those are one");
    if (!key) return check_sentence(key.error(), lines);
    require(key->base64() == lines[1], "it is the one that is written");
}

void check_protected(protected_key const& key, std::string_view text) {
    require(key.cost().passes >= 1 && key.cost().passes <= 16, "a try takes at most 16 passes");
    require(key.cost().memory >= 8192 && key.cost().memory <= (std::uint64_t{1} << 30U),
            "a try takes at most 1 GiB");
    auto const again = protected_key::parse(key.text());
    require(again && again->text() == key.text(), "it is the same when it is written and read again");
    auto const written = lines_of(key.text());
    auto const was = lines_of(text);
    require(written.size() == 3 && was.size() == 3 && written[0] == was[0] && written[2] == was[2],
            "and its keys are written as they were");
}

void check_private(std::string const& path, std::string_view text, std::vector<std::string> const& lines) {
    auto const key = read_private_key(path);
    auto const facts = look_at_private_key(path);
    if (facts && facts->is_protected) {
        require(!key, "a protected key is not opened without its passphrase");
        require(lines.size() == 4 && lines[0] == protected_header && lines[1] == facts->public_half.base64(),
                "its public half is the one that is written");
        auto const rest = text.substr(std::min(text.find('\n') + 1, text.size()));
        auto const closed = protected_key::parse(rest);
        require(closed.has_value(), "what a file is read by is what its lines are read by");
        check_protected(*closed, rest);
        return check_sentence(key.error(), lines);
    }
    require(key.has_value() == facts.has_value(), "a key without a passphrase is told when it is read");
    require(key.has_value() == has_key(lines, private_header),
            "a private key is two lines, and those are one");
    if (!key) return check_sentence(key.error(), lines);
    require(key->base64().reveal() == lines[1], "it is the one that is written");
    require(key->public_half() == facts->public_half, "its public half is its own");
    auto const sealed = facts->public_half.seal(secret("what is sealed to it"));
    require(key->open(sealed).has_value(), "what is sealed to its public half it opens");
}

}  // namespace

void fuzz(std::string_view bytes) {
    file_in_memory const file(bytes);
    auto const lines = lines_of(bytes);
    check_public(file.path(), lines);
    check_private(file.path(), bytes, lines);
    if (auto const closed = protected_key::parse(bytes)) check_protected(*closed, bytes);
    auto const whole = read_private_text(file.path());
    require(whole.has_value() && bytes.starts_with(whole->reveal()), "a file is copied as it is");
}

}  // namespace poolwright::fuzz
