#include "provisioner/key_pair.hpp"

#include "provisioner/base64.hpp"

#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>
#include <sodium.h>

#include <new>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace poolwright::provisioner {
namespace {

static_assert(public_key::size == crypto_box_PUBLICKEYBYTES);
static_assert(public_key::size == crypto_box_SECRETKEYBYTES);

void use_sodium() {
    static int const ready = sodium_init();
    if (ready < 0) throw std::runtime_error("libsodium cannot be used: the system gives no random numbers");
}

unsigned char const* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<unsigned char const*>(text.data());
}

// Nothing can be sealed to a point of low order, which no private key has for its public half: found when the
// key is read, since when there is a secret to be sealed it is too late.
bool can_be_sealed_to(std::span<unsigned char const, crypto_box_PUBLICKEYBYTES> key) noexcept {
    std::array<unsigned char, crypto_scalarmult_SCALARBYTES> const scalar{};
    std::array<unsigned char, crypto_scalarmult_BYTES> shared{};
    return crypto_scalarmult(shared.data(), scalar.data(), key.data()) == 0;
}

struct sodium_deleter {
    void operator()(unsigned char* memory) const noexcept { sodium_free(memory); }
};

// Locked, surrounded by guard pages, wiped when freed.
std::unique_ptr<unsigned char, sodium_deleter> locked_key_memory() {
    use_sodium();
    auto* const memory = static_cast<unsigned char*>(sodium_malloc(crypto_box_SECRETKEYBYTES));
    if (memory == nullptr) throw std::bad_alloc();
    return std::unique_ptr<unsigned char, sodium_deleter>(memory);
}

}  // namespace

std::string public_key::seal(secret const& text) const {
    use_sodium();
    auto const plain = text.reveal();
    std::vector<unsigned char> box(plain.size() + crypto_box_SEALBYTES);
    if (crypto_box_seal(box.data(), bytes_of(plain), plain.size(), bytes_.data()) != 0) {
        throw std::runtime_error("the public key cannot be used: no secret can be sealed to it");
    }
    return encode_base64(box);
}

std::string public_key::fingerprint() const {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), bytes_.data(), bytes_.size(), nullptr, 0);
    std::string text(2 * hash.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    text.pop_back();
    return text;
}

std::string public_key::base64() const {
    return encode_base64(bytes_);
}

std::optional<public_key> public_key::from_base64(std::string_view text) {
    std::array<std::uint8_t, size> bytes{};
    if (decode_base64(text, bytes) != size || !can_be_sealed_to(bytes)) return std::nullopt;
    return public_key(bytes);
}

struct private_key::impl {
    std::unique_ptr<unsigned char, sodium_deleter> bytes = locked_key_memory();
    public_key open_half = public_key({});
};

private_key::private_key(std::unique_ptr<impl> what) : impl_(std::move(what)) {}
private_key::private_key(private_key&&) noexcept = default;
private_key& private_key::operator=(private_key&&) noexcept = default;
private_key::~private_key() = default;

public_key const& private_key::public_half() const noexcept {
    return impl_->open_half;
}

boost::system::result<secret> private_key::open(std::string_view sealed) const {
    auto const refused = make_error_code(boost::system::errc::bad_message);
    if (sealed.empty()) return refused;
    std::vector<unsigned char> box(sealed.size());
    auto const size = decode_base64(sealed, box);
    if (!size || *size < crypto_box_SEALBYTES) return refused;
    wiped_string text(*size - crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal_open(reinterpret_cast<unsigned char*>(text.data()), box.data(), *size,
                             impl_->open_half.bytes_.data(), impl_->bytes.get()) != 0) {
        return refused;
    }
    return secret(std::move(text));
}

secret private_key::base64() const {
    return secret(encode_base64<wiped_string>(
        std::span<unsigned char const>(impl_->bytes.get(), crypto_box_SECRETKEYBYTES)));
}

std::optional<private_key> private_key::from_base64(std::string_view text) {
    auto half = std::make_unique<impl>();
    if (decode_base64(text, {half->bytes.get(), crypto_box_SECRETKEYBYTES}) != crypto_box_SECRETKEYBYTES)
        return std::nullopt;
    crypto_scalarmult_base(half->open_half.bytes_.data(), half->bytes.get());
    return private_key(std::move(half));
}

private_key private_key::generate() {
    auto half = std::make_unique<impl>();
    crypto_box_keypair(half->open_half.bytes_.data(), half->bytes.get());
    return private_key(std::move(half));
}

}  // namespace poolwright::provisioner
