#pragma once

#include "provisioner/guid.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// What things are called in a customer's tenant. `uniqueName` and the tags are how poolwright knows its own;
// they never change.

namespace poolwright::provisioner {

inline constexpr std::string_view tool_tag = "poolwright";
inline constexpr std::string_view intent_tag_prefix = "poolwright:intent=";
inline constexpr std::string_view pool_tag_prefix = "poolwright:pool=";
inline constexpr std::string_view credential_name = "poolwright";

// "poolwright-exchange-0001": the key under which the directory itself refuses a double.
std::string unique_name(std::string_view pool, std::int32_t ordinal);

// "poolwright:intent=<32 hex digits>".
std::string intent_tag(guid const& intent);

// The longest display name that Entra accepts for single-tenant applications, in characters.
inline constexpr std::size_t longest_display_name = 120;

// How applications are shown in the portal: a text with the fields {pool}, {ordinal} (also {ordinal:04}) and
// {tenant}.
class display_pattern {
public:
    static constexpr std::string_view standard = "Backup pool {pool} {ordinal:04} (poolwright)";

    // The error is a sentence: an unknown field, a lone brace, no {ordinal}, or too long for any tenant.
    static boost::system::result<display_pattern, std::string> parse(std::string_view text);

    // At most longest_display_name characters: a tenant's name that does not fit is shortened.
    [[nodiscard]] std::string name(std::string_view pool, std::int32_t ordinal,
                                   std::string_view tenant) const;

private:
    explicit display_pattern(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace poolwright::provisioner
