#include "cli/page_form.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <utility>

namespace poolwright::cli {
namespace {

// How a Content-Security-Policy names an element's content.
std::string hash_of(std::string_view content) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), reinterpret_cast<unsigned char const*>(content.data()), content.size());
    std::array<char, sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)>
        text{};
    sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_ORIGINAL);
    return fmt::format(" 'sha256-{}'", text.data());
}

}  // namespace

part_writer fixed(std::string text) {
    return [text = std::move(text)](std::ostream& out) { out << text; };
}

void fill_page(std::string_view form, page_parts const& parts, std::ostream& out) {
    for (auto begin = form.find("{{"); begin != std::string_view::npos; begin = form.find("{{")) {
        auto const end = form.find("}}", begin);
        out << form.substr(0, begin);
        parts.at(form.substr(begin + 2, end - begin - 2))(out);
        form.remove_prefix(end + 2);
    }
    out << form;
}

std::string page_policy(std::initializer_list<std::string_view> styles,
                        std::initializer_list<std::string_view> scripts, std::string_view more) {
    std::string policy = "default-src 'none'; style-src";
    for (auto const each : styles) policy += hash_of(each);
    policy += "; script-src";
    for (auto const each : scripts) policy += hash_of(each);
    policy += "; base-uri 'none'; form-action 'none'";
    if (!more.empty()) policy += fmt::format("; {}", more);
    return policy;
}

}  // namespace poolwright::cli
