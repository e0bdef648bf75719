#include "examples/sandbox/jwt.hpp"

#include "examples/sandbox/encoding.hpp"

#include <boost/json/parse.hpp>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <array>
#include <ctime>
#include <functional>
#include <map>
#include <memory>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

unsigned char const* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<unsigned char const*>(text.data());
}

std::string_view text_in(json::object const& object, std::string_view name) noexcept {
    auto const* const value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

std::optional<json::object> object_in(std::string_view part) {
    auto const text = base64_decode(part);
    if (!text) return std::nullopt;
    boost::system::error_code error;
    auto parsed = json::parse(*text, error);
    if (error || !parsed.is_object()) return std::nullopt;
    return std::move(parsed.get_object());
}

using certificate_pointer = std::unique_ptr<X509, void (*)(X509*)>;

certificate_pointer parse_certificate(std::string_view der) {
    auto const* at = bytes_of(der);
    certificate_pointer parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
    auto const is_whole = at == bytes_of(der) + der.size();
    return is_whole ? std::move(parsed) : certificate_pointer(nullptr, X509_free);
}

// Null if it is none; good until the next call. OpenSSL 3.0 takes many times as long to read a key as to
// check a signature with it, and a provisioning identity signs with the same one for every tenant.
X509 const* certificate_in(std::string_view der) {
    constexpr std::size_t most_kept = 64;
    static thread_local std::map<std::string, certificate_pointer, std::less<>> kept;
    auto const found = kept.find(der);
    if (found != kept.end()) return found->second.get();
    if (kept.size() == most_kept) kept.clear();
    return kept.emplace(der, parse_certificate(der)).first->second.get();
}

std::optional<time_point> to_time(ASN1_TIME const* from) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(from, &parts) != 1) return std::nullopt;
    return time_point(std::chrono::seconds(timegm(&parts)));
}

template <std::size_t Size>
std::string digest(std::string_view bytes,
                   unsigned char* (*hash)(unsigned char const*, std::size_t, unsigned char*)) {
    std::array<unsigned char, Size> made{};
    hash(bytes_of(bytes), bytes.size(), made.data());
    return {made.begin(), made.end()};
}

// RSASSA-PSS with a salt as long as the digest, as RFC 7518 asks for.
bool use_pss(EVP_PKEY_CTX* context) {
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

}  // namespace

std::string_view jwt::claim(std::string_view name) const noexcept {
    return text_in(claims, name);
}

std::string_view jwt::field(std::string_view name) const noexcept {
    return text_in(header, name);
}

std::optional<time_point> jwt::moment(std::string_view name) const noexcept {
    auto const* const value = claims.if_contains(name);
    // What no clock reaches would overflow.
    constexpr double latest = 9e9;
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code error;
    auto const seconds = value->to_number<double>(error);
    if (error || !(seconds >= 0 && seconds <= latest)) return std::nullopt;
    return time_point(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

std::optional<jwt> parse_jwt(std::string_view text) {
    auto const first = text.find('.');
    auto const last = text.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    auto header = object_in(text.substr(0, first));
    auto claims = object_in(text.substr(first + 1, last - first - 1));
    auto signature = base64_decode(text.substr(last + 1));
    if (!header || !claims || !signature) return std::nullopt;
    return jwt{std::move(*header), std::move(*claims), std::string(text.substr(0, last)),
               std::move(*signature)};
}

std::string sha1_of(std::string_view der) {
    return digest<SHA_DIGEST_LENGTH>(der, SHA1);
}

std::string sha256_of(std::string_view der) {
    return digest<SHA256_DIGEST_LENGTH>(der, SHA256);
}

std::optional<certificate_facts> read_certificate(std::string_view der) {
    auto const* const certificate = certificate_in(der);
    if (certificate == nullptr) return std::nullopt;
    auto const starts = to_time(X509_get0_notBefore(certificate));
    auto const ends = to_time(X509_get0_notAfter(certificate));
    if (!starts || !ends) return std::nullopt;
    return certificate_facts{*starts, *ends};
}

bool is_signed_by(jwt const& token, std::string_view certificate_der) {
    auto const algorithm = token.field("alg");
    if (algorithm != "RS256" && algorithm != "PS256") return false;
    auto const* const certificate = certificate_in(certificate_der);
    auto* const key = certificate != nullptr ? X509_get0_pubkey(certificate) : nullptr;
    if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
    std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* how = nullptr;
    return context && EVP_DigestVerifyInit(context.get(), &how, EVP_sha256(), nullptr, key) == 1 &&
           (algorithm == "RS256" || use_pss(how)) &&
           EVP_DigestVerify(context.get(), bytes_of(token.signature), token.signature.size(),
                            bytes_of(token.signed_text), token.signed_text.size()) == 1;
}

}  // namespace poolwright::sandbox
