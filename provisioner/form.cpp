#include "provisioner/form.hpp"

namespace poolwright::provisioner {
namespace {

bool is_unreserved(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

template <class Text>
void append_encoded(Text& out, std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    for (char const c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out += '%';
        out += hex[byte >> 4U];
        out += hex[byte & 0x0FU];
    }
}

}  // namespace

void append_field(wiped_string& out, std::string_view name, std::string_view value) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    append_encoded(out, value);
}

std::string encoded(std::string_view text) {
    std::string out;
    append_encoded(out, text);
    return out;
}

}  // namespace poolwright::provisioner
