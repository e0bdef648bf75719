#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace poolwright::sandbox {
namespace {

using namespace std::chrono;

struct parts {
    year_month_day date;
    weekday day;
    hh_mm_ss<seconds> time;
    nanoseconds fraction;
};

parts split(time_point at) {
    auto const day = floor<days>(at);
    auto const second = floor<seconds>(at);
    return {year_month_day(day), weekday(day), hh_mm_ss<seconds>(second - day), at - second};
}

std::string join(parts const& p, std::string_view between, std::string_view end) {
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}{}", int(p.date.year()), unsigned(p.date.month()),
                       unsigned(p.date.day()), between, p.time.hours().count(), p.time.minutes().count(),
                       p.time.seconds().count(), end);
}

// Exactly `digits` digits at the front of `text`, which is shortened by them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits) return std::nullopt;
    auto const front = text.substr(0, digits);
    auto const [stop, error] = std::from_chars(front.data(), front.data() + front.size(), value);
    if (error != std::errc() || stop != front.data() + front.size() || text.front() == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, char expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

nanoseconds take_fraction(std::string_view& text) {
    nanoseconds fraction{0};
    if (!take(text, '.')) return fraction;
    for (nanoseconds digit = 100ms; !text.empty() && text[0] >= '0' && text[0] <= '9'; digit /= 10) {
        fraction += (text[0] - '0') * digit;
        text.remove_prefix(1);
    }
    return fraction;
}

std::optional<seconds> take_zone(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return seconds(0);
    auto const sign = text.starts_with('-') ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    auto const hour = take_number(text, 2);
    if (!hour || !take(text, ':')) return std::nullopt;
    auto const minute = take_number(text, 2);
    if (!minute) return std::nullopt;
    return sign * (hours(*hour) + minutes(*minute));
}

// Numbers of two or four digits, each followed by the given character (the last by nothing).
template <std::size_t Count>
std::optional<std::array<int, Count>> take_numbers(std::string_view& text, std::size_t first_width,
                                                   char between) {
    std::array<int, Count> values{};
    for (std::size_t i = 0; i < Count; ++i) {
        if (i > 0 && !take(text, between)) return std::nullopt;
        auto const value = take_number(text, i == 0 ? first_width : 2);
        if (!value) return std::nullopt;
        values[i] = *value;
    }
    return values;
}

}  // namespace

std::string long_timestamp(time_point at) {
    auto const p = split(at);
    return join(p, "T", fmt::format(".{:07}Z", p.fraction.count() / 100));
}

std::string short_timestamp(time_point at) {
    return join(split(at), "T", "Z");
}
std::string zoneless_timestamp(time_point at) {
    return join(split(at), "T", "");
}
std::string authority_timestamp(time_point at) {
    return join(split(at), " ", "Z");
}

std::string http_date(time_point at) {
    static constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                              "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const p = split(at);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", weekdays[p.day.c_encoding()],
                       unsigned(p.date.day()), months[unsigned(p.date.month()) - 1], int(p.date.year()),
                       p.time.hours().count(), p.time.minutes().count(), p.time.seconds().count());
}

std::optional<time_point> parse_timestamp(std::string_view text) {
    auto const date = take_numbers<3>(text, 4, '-');
    if (!date || !(take(text, 'T') || take(text, 't'))) return std::nullopt;
    auto const clock = take_numbers<3>(text, 2, ':');
    if (!clock) return std::nullopt;
    auto const fraction = take_fraction(text);
    auto const zone = take_zone(text);
    auto const [y, m, d] = *date;
    auto const day = year(y) / m / d;
    auto const [h, min, s] = *clock;
    if (!zone || !text.empty() || !day.ok() || y < 1900 || y > 2200 || h > 23 || min > 59 || s > 59)
        return std::nullopt;
    return sys_days(day) + hours(h) + minutes(min) + seconds(s) + fraction - *zone;
}

std::int64_t unix_seconds(time_point at) noexcept {
    return floor<seconds>(at).time_since_epoch().count();
}

}  // namespace poolwright::sandbox
