#include "provisioner/key_files.hpp"

#include "provisioner/durable_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

// Key files: read with a sentence for everything that can be wrong with one, and made so that none is ever
// half written or replaced.

namespace poolwright::provisioner {
namespace {

namespace fs = std::filesystem;

// What differs between the two files.
struct key_kind {
    std::string_view words;
    std::string_view header;
    std::string_view other_words;
    std::string_view remedy;  // if the file is missing or broken
    bool hidden;              // nobody else may read it
};

constexpr std::string_view private_header = "poolwright private key 1";
constexpr std::string_view protected_header = "poolwright private key 2";
constexpr std::string_view public_header = "poolwright public key 1";

constexpr key_kind private_kind{
    .words = "private key",
    .header = private_header,
    .other_words = "public key",
    .remedy = "restore it from your backup, or name the right file with --key-file",
    .hidden = true,
};

constexpr key_kind public_kind{
    .words = "public key",
    .header = public_header,
    .other_words = "private key",
    .remedy = "copy it from the machine that made it, or name the right file with --public-key",
    .hidden = false,
};

// More than any key file has.
constexpr std::size_t largest_file = 4096;

template <class T>
using or_sentence = boost::system::result<T, std::string>;

// A file opened for reading.
struct opened {
    int descriptor;
    explicit opened(fs::path const& file) noexcept
        // Without O_NONBLOCK a pipe of that name would wait for its writer.
        : descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    opened(opened const&) = delete;
    opened& operator=(opened const&) = delete;
    ~opened() {
        if (descriptor >= 0) ::close(descriptor);
    }
};

// The sentences about one key file.
class key_file {
public:
    key_file(fs::path const& path, key_kind const& kind) : path_(path.string()), kind_(kind) {}

    [[nodiscard]] std::string missing() const {
        return fmt::format("the {} {} does not exist: {}", kind_.words, path_, kind_.remedy);
    }
    [[nodiscard]] std::string unreadable(int error) const {
        return fmt::format("the {} {} cannot be read: {}", kind_.words, path_,
                           std::generic_category().message(error));
    }
    [[nodiscard]] std::string is_a(std::string_view what) const {
        return fmt::format("{} is a {}, not a {}: {}", path_, what, kind_.words, kind_.remedy);
    }
    [[nodiscard]] std::string readable_by_others(mode_t mode) const {
        return fmt::format("the {} {} may be used by others (mode {:04o}): chmod 600 it", kind_.words, path_,
                           mode & 07777);
    }
    [[nodiscard]] std::string without_header() const {
        return fmt::format("{} is not a {}, since its first line is not \"{}\": {}", path_, kind_.words,
                           kind_.header, kind_.remedy);
    }
    [[nodiscard]] std::string damaged() const {
        return fmt::format(
            "the {} {} is damaged, since its second line is not a key of {} bytes in base64: {}", kind_.words,
            path_, public_key::size, kind_.remedy);
    }
    [[nodiscard]] std::string damaged_protection() const {
        return fmt::format(
            "the {} {} is damaged, since its lines are not those of a key with a passphrase: {}", kind_.words,
            path_, kind_.remedy);
    }
    [[nodiscard]] std::string needs_passphrase() const {
        return fmt::format(
            "the {} {} is protected by a passphrase, and none is given: name the file that holds it with "
            "--key-passphrase-file",
            kind_.words, path_);
    }
    [[nodiscard]] std::string not_opened(unlock_fault why, passphrase_cost const& cost) const {
        if (why == unlock_fault::no_memory) {
            return fmt::format(
                "there is not enough memory to open the {} {}, which its passphrase protects: {} MiB are "
                "needed",
                kind_.words, path_, cost.memory >> 20U);
        }
        return fmt::format(
            "the passphrase does not open the {} {}: it is another one, or the file is damaged", kind_.words,
            path_);
    }

private:
    std::string path_;
    key_kind const& kind_;
};

// Why the opened file cannot be a key of that kind; empty: nothing speaks against it.
std::string objection(opened const& file, key_file const& say, key_kind const& kind) {
    struct stat facts{};
    if (::fstat(file.descriptor, &facts) != 0) return say.unreadable(errno);
    if (S_ISDIR(facts.st_mode)) return say.is_a("folder");
    if (!S_ISREG(facts.st_mode)) return say.is_a("device or pipe");
    if (kind.hidden && (facts.st_mode & 0077) != 0) return say.readable_by_others(facts.st_mode);
    return {};
}

or_sentence<secret> no_text(std::string why) {
    return {boost::system::in_place_error, std::move(why)};
}

or_sentence<secret> read_text(fs::path const& path, key_file const& say, key_kind const& kind) {
    opened const file(path);
    if (file.descriptor < 0) return no_text(errno == ENOENT ? say.missing() : say.unreadable(errno));
    if (auto why = objection(file, say, kind); !why.empty()) return no_text(std::move(why));
    wiped_string text(largest_file, '\0');
    auto const size = ::read(file.descriptor, text.data(), text.size());
    if (size < 0) return no_text(say.unreadable(errno));
    text.resize(static_cast<std::size_t>(size));
    return secret(std::move(text));
}

// The first line, which is taken away from the text; line ends of either kind.
std::string_view take_line(std::string_view& text) {
    auto const end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// The key behind a header that was recognised.
template <class Key>
or_sentence<Key> parse_key(std::string_view rest, key_file const& say) {
    auto key = Key::from_base64(take_line(rest));
    if (!key || !rest.empty()) return say.damaged();
    return *std::move(key);
}

// What a private key file holds: one of the two.
struct private_content {
    std::optional<private_key> open;
    std::optional<protected_key> closed;
};

or_sentence<private_content> read_private(fs::path const& path, key_file const& say) {
    auto const content = read_text(path, say, private_kind);
    if (!content) return content.error();
    std::string_view rest = content->reveal();
    auto const header = take_line(rest);
    private_content found;
    if (header == protected_header) {
        found.closed = protected_key::parse(rest);
        if (!found.closed) return say.damaged_protection();
        return found;
    }
    if (header == public_header) return say.is_a(private_kind.other_words);
    if (header != private_header) return say.without_header();
    auto key = parse_key<private_key>(rest, say);
    if (!key) return key.error();
    found.open = *std::move(key);
    return found;
}

// True if the file was there already.
template <class Write>
bool exists_already(Write const& write) {
    try {
        write();
        return false;
    } catch (std::system_error const& error) {
        if (error.code() != std::errc::file_exists) throw;
        return true;
    }
}

// Another process that saw the private key may have written the same public one.
void ensure_public_file(public_key const& key, fs::path const& file) {
    if (!exists_already([&] { write_public_key(key, file); })) return;
    auto const present = read_public_key(file);
    if (present && *present == key) return;
    throw std::system_error(std::make_error_code(std::errc::file_exists), file.string());
}

// The private key is there, so the public one follows from it.
or_sentence<sealing_key> restore_public_file(fs::path const& private_file, fs::path const& public_file) {
    auto const facts = look_at_private_key(private_file);
    if (!facts) return facts.error();
    ensure_public_file(facts->public_half, public_file);
    return sealing_key{facts->public_half, false};
}

bool is_there(fs::path const& file) {
    return fs::symlink_status(file).type() != fs::file_type::not_found;
}

}  // namespace

boost::system::result<public_key, std::string> read_public_key(fs::path const& file) {
    key_file const say(file, public_kind);
    auto const content = read_text(file, say, public_kind);
    if (!content) return content.error();
    std::string_view rest = content->reveal();
    auto const header = take_line(rest);
    if (header == private_header || header == protected_header) return say.is_a(public_kind.other_words);
    if (header != public_header) return say.without_header();
    return parse_key<public_key>(rest, say);
}

boost::system::result<private_key, std::string> read_private_key(fs::path const& file,
                                                                 passphrase_source const& passphrase) {
    key_file const say(file, private_kind);
    auto found = read_private(file, say);
    if (!found) return found.error();
    if (found->open) return *std::move(found->open);
    if (!passphrase) return say.needs_passphrase();
    auto const given = passphrase(file);
    if (!given) return given.error();
    auto key = found->closed->open(*given);
    if (!key) return say.not_opened(key.error(), found->closed->cost());
    return *std::move(key);
}

boost::system::result<private_key_facts, std::string> look_at_private_key(fs::path const& file) {
    auto const found = read_private(file, key_file(file, private_kind));
    if (!found) return found.error();
    if (found->open) return private_key_facts{found->open->public_half(), false};
    return private_key_facts{found->closed->public_half(), true};
}

boost::system::result<secret, std::string> read_private_text(fs::path const& file) {
    return read_text(file, key_file(file, private_kind), private_kind);
}

void write_public_key(public_key const& key, fs::path const& file) {
    write_new_file(file, fmt::format("{}\n{}\n", public_header, key.base64()));
}

void write_private_key(private_key const& key, fs::path const& file, secret const* passphrase,
                       passphrase_cost const& cost) {
    if (passphrase != nullptr) {
        auto const closed = protected_key::close(key, *passphrase, cost);
        return write_new_file(file, fmt::format("{}\n{}", protected_header, closed.text()));
    }
    auto const text = key.base64();
    wiped_string content;
    content.reserve(private_header.size() + text.size() + 2);
    content.append(private_header).append("\n").append(text.reveal()).append("\n");
    write_new_file(file, content);
}

void write_key_files(private_key const& key, fs::path const& private_file, fs::path const& public_file) {
    write_private_key(key, private_file);
    ensure_public_file(key.public_half(), public_file);
}

boost::system::result<sealing_key, std::string> read_or_make_keys(fs::path const& private_file,
                                                                  fs::path const& public_file) {
    if (is_there(public_file)) {
        auto const key = read_public_key(public_file);
        if (!key) return key.error();
        return sealing_key{*key, false};
    }
    if (is_there(private_file)) return restore_public_file(private_file, public_file);
    auto const fresh = private_key::generate();
    if (exists_already([&] { write_private_key(fresh, private_file); })) {
        return restore_public_file(private_file, public_file);
    }
    ensure_public_file(fresh.public_half(), public_file);
    return sealing_key{fresh.public_half(), true};
}

}  // namespace poolwright::provisioner
