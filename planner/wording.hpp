#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// How numbers, names and other people's values stand in a sentence. Used by everything in this folder that
// speaks to a person.

namespace poolwright::planner {

// "2,500". Not negative.
std::string grouped(std::int64_t number);
void append_grouped(std::string& out, std::int64_t number);

// The value in backticks, shortened, with control and bidirectional characters escaped: it may come from
// anywhere.
std::string shown(std::string_view value);

// "`a`, `b` or `c`".
std::string one_of(std::span<std::string_view const> names);

// The name that `typed` was most likely meant to be; empty if none is near. The one name that begins so, or
// else the one with the fewest inserted, left out, wrong and swapped letters.
std::string_view nearest(std::string_view typed, std::span<std::string_view const> names);

// ASCII only: the names and ids that this is for have no other letters.
constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
// The text with each of its letters so.
std::string in_lower_case(std::string_view text);
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) noexcept {
    return lower(c) >= 'a' && lower(c) <= 'z';
}
constexpr bool is_hex(char c) noexcept {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}

// True if the names of rules and profiles may be written so: lower-case letters, digits and `-`, 1 to 64 of
// them.
bool is_plain_name(std::string_view name) noexcept;

// True for YYYY-MM-DD that is a day of the calendar.
bool is_date(std::string_view text) noexcept;

// True for 8-4-4-4-12 hexadecimal digits.
bool is_guid(std::string_view text) noexcept;

}  // namespace poolwright::planner
