#include "provisioner/naming.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::provisioner {
namespace {

bool continues_character(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

// The first `count` characters of a UTF-8 text.
std::string_view prefix(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && count > 0) {
        ++at;
        while (at < text.size() && continues_character(text[at])) ++at;
        --count;
    }
    return text.substr(0, at);
}

std::string fill(std::string_view pattern, std::string_view pool, std::int32_t ordinal,
                 std::string_view tenant) {
    return fmt::format(fmt::runtime(pattern), fmt::arg("pool", pool), fmt::arg("ordinal", ordinal),
                       fmt::arg("tenant", tenant));
}

}  // namespace

std::string unique_name(std::string_view pool, std::int32_t ordinal) {
    return fmt::format("poolwright-{}-{:04}", pool, ordinal);
}

std::string intent_tag(guid const& intent) {
    return std::string(intent_tag_prefix) + to_hex(intent);
}

boost::system::result<display_pattern, std::string> display_pattern::parse(std::string_view text) {
    try {
        constexpr std::int32_t one = 1111;
        constexpr std::int32_t other = 2222;
        auto const first = fill(text, "p", one, "");
        if (first == fill(text, "p", other, "")) {
            return std::string("a display name without {ordinal} would be the same for every app of a pool");
        }
        auto const longest_pool = std::string(40, 'p');
        if (characters(fill(text, longest_pool, one, "")) > longest_display_name) {
            return fmt::format("longer than {} characters, which Entra refuses", longest_display_name);
        }
        return display_pattern(text);
    } catch (fmt::format_error const&) {
        return std::string(
            "the fields are {pool}, {ordinal}, {ordinal:04} and {tenant}; a brace itself is written {{ or "
            "}}");
    }
}

std::string display_pattern::name(std::string_view pool, std::int32_t ordinal,
                                  std::string_view tenant) const {
    auto whole = fill(text_, pool, ordinal, tenant);
    auto const length = characters(whole);
    if (length <= longest_display_name) return whole;
    auto const without = characters(fill(text_, pool, ordinal, ""));
    auto const tenant_length = characters(tenant);
    // The tenant may be named more than once: every occurrence gets an equal share of what is left.
    auto const occurrences =
        std::max<std::size_t>(1, (length - without) / std::max<std::size_t>(1, tenant_length));
    auto const share = without < longest_display_name ? (longest_display_name - without) / occurrences : 0;
    return fill(text_, pool, ordinal, prefix(tenant, share));
}

}  // namespace poolwright::provisioner
