#include "provisioner/naming.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>

namespace poolwright::provisioner {
namespace {

// As long as the name of a pool may be.
constexpr std::string_view longest_pool = "pppppppppppppppppppppppppppppppppppppppp";

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

bool is_field(std::string_view name) noexcept {
    constexpr std::string_view padded = "ordinal:0";
    if (name.starts_with(padded)) {
        auto const width = name.substr(padded.size());
        return width.size() == 1 && width.front() >= '1' && width.front() <= '9';
    }
    return name == "pool" || name == "ordinal" || name == "tenant";
}

// The formatter by itself would also take positions, types and widths of gigabytes.
bool has_only_fields(std::string_view text) noexcept {
    for (auto at = text.find_first_of("{}"); at != std::string_view::npos; at = text.find_first_of("{}")) {
        text.remove_prefix(at);
        if (text.starts_with("{{") || text.starts_with("}}")) {
            text.remove_prefix(2);
            continue;
        }
        auto const end = text.find('}');
        if (end == 0 || end == std::string_view::npos || !is_field(text.substr(1, end - 1))) return false;
        text.remove_prefix(end + 1);
    }
    return true;
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
    if (!has_only_fields(text)) {
        return std::string(
            "the fields are {pool}, {ordinal}, {ordinal:04} and {tenant}; a brace itself is written {{ or "
            "}}");
    }
    // The longest ordinals that there are.
    auto const first = fill(text, longest_pool, 1'111'111'111, "");
    if (first == fill(text, longest_pool, 2'111'111'111, "")) {
        return std::string("a display name without {ordinal} would be the same for every app of a pool");
    }
    if (characters(first) > longest_display_name) {
        return fmt::format("longer than {} characters, which Entra refuses", longest_display_name);
    }
    return display_pattern(text);
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
