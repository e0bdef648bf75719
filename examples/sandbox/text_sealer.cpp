#include "examples/sandbox/text_sealer.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/guid.hpp"

namespace poolwright::sandbox {

text_sealer::text_sealer(std::uint64_t seed, std::string_view purpose)
    : signer_(seed ^ hash_value(name_based_guid(std::string(purpose)))) {}

std::string text_sealer::seal(std::string_view text) const {
    auto const body = base64url_encode(text);
    auto const signature = signer_.sign(body);
    return body + '.' + base64url_encode(signature);
}

std::optional<std::string> text_sealer::open(std::string_view sealed) const {
    auto const dot = sealed.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    auto const given = base64_decode(sealed.substr(dot + 1));
    auto const body = sealed.substr(0, dot);
    if (!given || !signer_.has_signed(body, *given)) return std::nullopt;
    return base64_decode(body);
}

}  // namespace poolwright::sandbox
