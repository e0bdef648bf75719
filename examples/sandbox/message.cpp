#include "examples/sandbox/message.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view find_header(header_list const& headers, std::string_view name) noexcept {
    auto const found =
        std::ranges::find_if(headers, [&](auto const& each) { return same_name(each.first, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace poolwright::sandbox
