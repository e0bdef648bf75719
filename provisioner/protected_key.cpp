#include "provisioner/protected_key.hpp"

#include "provisioner/base64.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <new>
#include <span>

namespace poolwright::provisioner {
namespace {

static_assert(passphrase_cost{}.passes == crypto_pwhash_OPSLIMIT_MODERATE);
static_assert(passphrase_cost{}.memory == crypto_pwhash_MEMLIMIT_MODERATE);

// A file that was tampered with must not hold up the program, or take the machine's memory.
constexpr std::uint64_t most_passes = 16;
constexpr std::uint64_t most_memory = crypto_pwhash_MEMLIMIT_SENSITIVE;

constexpr std::string_view algorithm = "argon2id";
constexpr std::size_t key_text_size = 44;  // 32 bytes in base64
constexpr std::size_t box_size = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + key_text_size;

unsigned char const* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<unsigned char const*>(text.data());
}

// The key of the box; nothing if there is not enough memory.
std::optional<wiped_string> box_key(secret const& passphrase, std::span<unsigned char const> salt,
                                    passphrase_cost const& cost) {
    wiped_string key(crypto_secretbox_KEYBYTES, '\0');
    auto const text = passphrase.reveal();
    if (crypto_pwhash(reinterpret_cast<unsigned char*>(key.data()), key.size(), text.data(), text.size(),
                      salt.data(), cost.passes, cost.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return std::nullopt;
    }
    return key;
}

// Whether the text is base64 of exactly that many bytes.
bool decode(std::string_view text, std::span<unsigned char> into) {
    return decode_base64(text, into) == into.size();
}

std::string_view take_until(std::string_view& text, char mark) {
    auto const end = std::min(text.find(mark), text.size());
    auto const part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

std::string_view take_line(std::string_view& text) {
    auto line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool number_between(std::string_view text, std::uint64_t least, std::uint64_t most, std::uint64_t& number) {
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
}

}  // namespace

protected_key protected_key::close(private_key const& key, secret const& passphrase,
                                   passphrase_cost const& cost) {
    static_assert(salt_size == crypto_pwhash_SALTBYTES);
    protected_key closed(key.public_half());
    closed.cost_ = cost;
    randombytes_buf(closed.salt_.data(), closed.salt_.size());
    auto const of_box = box_key(passphrase, closed.salt_, cost);
    if (!of_box) throw std::bad_alloc();
    auto const text = key.base64();
    closed.box_.resize(box_size);
    auto* const nonce = closed.box_.data();
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, bytes_of(text.reveal()), text.size(), nonce,
                          bytes_of(*of_box));
    return closed;
}

boost::system::result<private_key, unlock_fault> protected_key::open(secret const& passphrase) const {
    auto const of_box = box_key(passphrase, salt_, cost_);
    if (!of_box) return unlock_fault::no_memory;
    wiped_string text(key_text_size, '\0');
    auto const* const nonce = box_.data();
    if (crypto_secretbox_open_easy(
            reinterpret_cast<unsigned char*>(text.data()), nonce + crypto_secretbox_NONCEBYTES,
            box_.size() - crypto_secretbox_NONCEBYTES, nonce, bytes_of(*of_box)) != 0) {
        return unlock_fault::wrong_passphrase;
    }
    auto key = private_key::from_base64(text);
    if (!key || key->public_half() != public_half_) return unlock_fault::wrong_passphrase;
    return *std::move(key);
}

std::string protected_key::text() const {
    return fmt::format("{}\n{} {} {} {}\n{}\n", public_half_.base64(), algorithm, cost_.passes, cost_.memory,
                       encode_base64(salt_), encode_base64(box_));
}

std::optional<protected_key> protected_key::parse(std::string_view text) {
    auto const open_half = public_key::from_base64(take_line(text));
    auto numbers = take_line(text);
    auto const box = take_line(text);
    if (!open_half || !text.empty() || take_until(numbers, ' ') != algorithm) return std::nullopt;
    protected_key closed(*open_half);
    closed.box_.resize(box_size);
    if (!number_between(take_until(numbers, ' '), crypto_pwhash_OPSLIMIT_MIN, most_passes,
                        closed.cost_.passes) ||
        !number_between(take_until(numbers, ' '), crypto_pwhash_MEMLIMIT_MIN, most_memory,
                        closed.cost_.memory) ||
        closed.cost_.memory % 1024 != 0 || !decode(numbers, closed.salt_) || !decode(box, closed.box_)) {
        return std::nullopt;
    }
    return closed;
}

}  // namespace poolwright::provisioner
