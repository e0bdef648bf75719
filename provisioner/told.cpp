#include "provisioner/told.hpp"

#include <algorithm>

namespace poolwright::provisioner {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// What tokens and client secrets are written in.
bool is_opaque(char c) noexcept {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
           c == '.' || c == '~';
}

int hex_value(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_encoded(std::string_view text, char c) noexcept {
    if (text.size() < 3 || text[0] != '%') return false;
    return hex_value(text[1]) * 16 + hex_value(text[2]) == static_cast<unsigned char>(c);
}

// How much of the beginning of `text` says the secret, each of its characters as it is or percent-encoded; 0:
// it is not there.
std::size_t echo(std::string_view text, std::shared_ptr<secret const> const& kept) noexcept {
    if (kept == nullptr) return 0;
    std::size_t at = 0;
    for (char const c : kept->reveal()) {
        if (at < text.size() && text[at] == c) {
            ++at;
        } else if (is_encoded(text.substr(at), c)) {
            at += 3;
        } else {
            return 0;
        }
    }
    return at;
}

// The same for what is no secret of ours, but looks like one: a JSON Web Token begins with `{"` in base64, a
// client secret of Entra has a digit and `Q~` behind its first three characters.
std::size_t look_alike(std::string_view text) noexcept {
    constexpr std::size_t least = 30;
    bool const token = text.starts_with("eyJ");
    bool const client_secret = text.size() > least && is_digit(text[3]) && text.substr(4, 2) == "Q~";
    if (!token && !client_secret) return 0;
    auto const end = std::find_if_not(text.begin(), text.end(), is_opaque);
    auto const length = static_cast<std::size_t>(end - text.begin());
    return length >= least ? length : 0;
}

bool is_continuation(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string told(std::string_view text, confidences const& kept, std::size_t most) {
    std::string out;
    while (!text.empty() && out.size() <= most) {
        auto const hidden = std::max(
            {echo(text, kept.bearer), echo(text, kept.credential), echo(text, kept.grant), look_alike(text)});
        if (hidden > 0) {
            out += "[struck out]";
        } else {
            out += text.front();
        }
        text.remove_prefix(std::max<std::size_t>(hidden, 1));
    }
    if (out.size() <= most) {
        if (out.ends_with('.') && !out.ends_with("..")) out.pop_back();
        while (out.ends_with(' ')) out.pop_back();
        return out;
    }
    while (most > 0 && is_continuation(out[most])) --most;
    return out.substr(0, most) + "…";
}

std::string_view untold_reason(int status) noexcept {
    return status >= 300 && status < 400 ? "redirects, which is not followed" : "the reply does not say why";
}

std::string told_header(std::string_view value, confidences const& kept, std::size_t most) {
    bool const printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
    return printable ? told(value, kept, most) : std::string();
}

}  // namespace poolwright::provisioner
