#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

namespace poolwright::planner {

namespace {

constexpr std::size_t most_shown = 60;
constexpr std::size_t longest_name = 64;

// How many letters are wrong, two swapped neighbours counting once (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> now(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const wrong = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + wrong});
            bool const swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

// The length of the bidirectional control at the start of `text` (U+061C, U+200E-F, U+202A-E, U+2066-9), or
// 0.
std::size_t bidirectional_control(std::string_view text) noexcept {
    if (text.starts_with("\xd8\x9c")) return 2;
    if (text.size() < 3 || text[0] != '\xe2') return 0;
    auto const last = static_cast<unsigned char>(text[2]);
    bool const mark = text[1] == '\x80' && ((last >= 0x8e && last <= 0x8f) || (last >= 0xaa && last <= 0xae));
    bool const isolate = text[1] == '\x81' && last >= 0xa6 && last <= 0xa9;
    return mark || isolate ? 3 : 0;
}

void append_escaped(std::string& out, std::string_view bytes) {
    for (char const c : bytes)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
}

// The first bytes of a text, not ending inside a character.
std::string_view shortened(std::string_view text) noexcept {
    if (text.size() <= most_shown) return text;
    std::size_t end = most_shown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) --end;
    return text.substr(0, end);
}

std::string_view most_alike(std::string_view typed, std::span<std::string_view const> names) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(typed.size() / 3, 1) + 1;
    for (auto const name : names) {
        auto const d = distance(typed, name);
        if (d < least && d < name.size()) {
            least = d;
            best = name;
        }
    }
    return best;
}

// The one name of which `typed` is the beginning, as far as it says more than the dashes of an option.
std::string_view continued(std::string_view typed, std::span<std::string_view const> names) {
    constexpr std::size_t least_letters = 3;
    if (typed.size() - std::min(typed.find_first_not_of('-'), typed.size()) < least_letters) return {};
    std::string_view found;
    for (auto const name : names) {
        if (!name.starts_with(typed)) continue;
        if (!found.empty()) return {};
        found = name;
    }
    return found;
}

}  // namespace

std::string grouped(std::int64_t number) {
    std::string out;
    append_grouped(out, number);
    return out;
}

// From the last digit to the first.
void append_grouped(std::string& out, std::int64_t number) {
    std::array<char, 32> text{};
    auto at = text.end();
    for (int digits = 0; digits == 0 || number > 0; ++digits, number /= 10) {
        if (digits > 0 && digits % 3 == 0) *--at = ',';
        *--at = static_cast<char>('0' + number % 10);
    }
    out.append(at, text.end());
}

std::string shown(std::string_view value) {
    auto const part = shortened(value);
    std::string out = "`";
    for (std::size_t i = 0; i < part.size();) {
        auto const c = static_cast<unsigned char>(part[i]);
        std::size_t const control = c < 0x20 || c == 0x7f ? 1 : bidirectional_control(part.substr(i));
        if (control == 0) out += part[i];
        append_escaped(out, part.substr(i, control));
        i += std::max<std::size_t>(control, 1);
    }
    return out + (part.size() < value.size() ? "…`" : "`");
}

std::string one_of(std::span<std::string_view const> names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
        out += fmt::format("`{}`", names[i]);
    }
    return out;
}

std::string_view nearest(std::string_view typed, std::span<std::string_view const> names) {
    if (typed.size() > longest_name) return {};
    auto const whole = continued(typed, names);
    return whole.empty() ? most_alike(typed, names) : whole;
}

bool is_plain_name(std::string_view name) noexcept {
    auto const plain = [](char c) { return is_digit(c) || c == '-' || (c >= 'a' && c <= 'z'); };
    return !name.empty() && name.size() <= longest_name && std::all_of(name.begin(), name.end(), plain);
}

bool is_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
    int parts[3] = {0, 0, 0};
    for (std::size_t i = 0, part = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) {
            ++part;
        } else if (is_digit(text[i])) {
            parts[part] = parts[part] * 10 + (text[i] - '0');
        } else {
            return false;
        }
    }
    return std::chrono::year_month_day{std::chrono::year{parts[0]},
                                       std::chrono::month{static_cast<unsigned>(parts[1])},
                                       std::chrono::day{static_cast<unsigned>(parts[2])}}
        .ok();
}

std::string in_lower_case(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), lower);
    return lowered;
}

// Without a branch for each character: a million of these are read in a row, and no processor guesses random
// digits. Without a table too, so that the compiler looks at many at once.
bool is_guid(std::string_view text) noexcept {
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return false;
    unsigned digits = 0;
    for (std::size_t i = 0; i < 36; ++i) {
        auto const c = static_cast<unsigned char>(text[i]);
        digits += static_cast<unsigned>(static_cast<unsigned char>(c - '0') < 10) +
                  static_cast<unsigned>(static_cast<unsigned char>((c | 0x20) - 'a') < 6);
    }
    return digits == 32;
}

}  // namespace poolwright::planner
