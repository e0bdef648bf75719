#include "provisioner/http_message.hpp"

#include <algorithm>

namespace poolwright::provisioner {

namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string_view to_string(http_method method) noexcept {
    switch (method) {
        case http_method::get:
            return "GET";
        case http_method::post:
            return "POST";
        case http_method::patch:
            return "PATCH";
        case http_method::put:
            return "PUT";
        case http_method::delete_:
            return "DELETE";
    }
    return {};
}

bool same_header(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view http_reply::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers)
        if (same_header(key, name)) return value;
    return {};
}

}  // namespace poolwright::provisioner
