#include "throttle/retry.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace poolwright::throttle {
namespace {

using namespace std::chrono_literals;
namespace chrono = std::chrono;
using chrono::nanoseconds;

constexpr chrono::seconds longest = 24h;

constexpr std::array<std::string_view, 7> days = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Reads a text from its front; once something does not fit, `ok` stays false. No locale has a say.
class scanner {
public:
    explicit scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool complete() const noexcept { return ok_ && rest_.empty(); }

    void literal(std::string_view expected) {
        ok_ = ok_ && rest_.starts_with(expected);
        if (ok_) rest_.remove_prefix(expected.size());
    }

    // Exactly that many digits.
    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            ok_ = ok_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
            if (!ok_) return 0;
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }

    // A day of the month as asctime writes it: two digits, or a space and one.
    int padded_day() {
        if (!rest_.starts_with(' ')) return digits(2);
        rest_.remove_prefix(1);
        return digits(1);
    }

    // One of the names, of each only its first `length` letters; which one, from 1.
    int name(std::span<std::string_view const> names, std::size_t length = std::string_view::npos) {
        for (std::size_t i = 0; ok_ && i < names.size(); ++i) {
            auto const wanted = names[i].substr(0, length);
            if (!rest_.starts_with(wanted)) continue;
            rest_.remove_prefix(wanted.size());
            return static_cast<int>(i) + 1;
        }
        ok_ = false;
        return 0;
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

struct calendar {
    int year = 0;
    int month = 0;
    int day = 0;
    chrono::seconds of_day{};
};

// "08:49:37"; a leap second counts as the next.
std::optional<chrono::seconds> time_of_day(scanner& text) {
    auto const hours = text.digits(2);
    text.literal(":");
    auto const minutes = text.digits(2);
    text.literal(":");
    auto const seconds = text.digits(2);
    if (hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
    return chrono::hours(hours) + chrono::minutes(minutes) + chrono::seconds(seconds);
}

using date_form = std::optional<calendar> (*)(std::string_view, int);

// "Sun, 06 Nov 1994 08:49:37 GMT"
std::optional<calendar> imf_fixdate(std::string_view value, int /*this_year*/) {
    scanner text(value);
    calendar date;
    text.name(days, 3);
    text.literal(", ");
    date.day = text.digits(2);
    text.literal(" ");
    date.month = text.name(months);
    text.literal(" ");
    date.year = text.digits(4);
    text.literal(" ");
    auto const of_day = time_of_day(text);
    text.literal(" GMT");
    if (!text.complete() || !of_day) return std::nullopt;
    date.of_day = *of_day;
    return date;
}

// "Sunday, 06-Nov-94 08:49:37 GMT"; of the years that end so, the one nearest to this year.
std::optional<calendar> rfc850_date(std::string_view value, int this_year) {
    scanner text(value);
    calendar date;
    text.name(days);
    text.literal(", ");
    date.day = text.digits(2);
    text.literal("-");
    date.month = text.name(months);
    text.literal("-");
    date.year = this_year - this_year % 100 + text.digits(2);
    text.literal(" ");
    auto const of_day = time_of_day(text);
    text.literal(" GMT");
    if (!text.complete() || !of_day) return std::nullopt;
    if (date.year > this_year + 50) date.year -= 100;
    if (date.year <= this_year - 50) date.year += 100;
    date.of_day = *of_day;
    return date;
}

// "Sun Nov  6 08:49:37 1994"
std::optional<calendar> asctime_date(std::string_view value, int /*this_year*/) {
    scanner text(value);
    calendar date;
    text.name(days, 3);
    text.literal(" ");
    date.month = text.name(months);
    text.literal(" ");
    date.day = text.padded_day();
    text.literal(" ");
    auto const of_day = time_of_day(text);
    text.literal(" ");
    date.year = text.digits(4);
    if (!text.complete() || !of_day) return std::nullopt;
    date.of_day = *of_day;
    return date;
}

std::optional<chrono::sys_seconds> second_of(calendar const& date) {
    auto const day =
        chrono::year_month_day(chrono::year(date.year), chrono::month(static_cast<unsigned>(date.month)),
                               chrono::day(static_cast<unsigned>(date.day)));
    if (!day.ok()) return std::nullopt;
    return chrono::sys_seconds(chrono::sys_days(day)) + date.of_day;
}

// From now to the date, between nothing and a day. In seconds first: nanoseconds do not reach the year 9999.
nanoseconds until(chrono::sys_seconds date, chrono::system_clock::time_point now) {
    auto const whole = chrono::floor<chrono::seconds>(now);
    auto const ahead = date - whole;
    if (ahead <= 0s) return 0ns;
    if (ahead > longest) return longest;
    return ahead - chrono::duration_cast<nanoseconds>(now - whole);
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "120" or "2.128"
std::optional<nanoseconds> parse_seconds(std::string_view value) {
    auto const point = value.find('.');
    auto const whole = value.substr(0, point);
    if (!all_digits(whole)) return std::nullopt;
    nanoseconds delay = 0s;
    for (char c : whole) delay = std::min<nanoseconds>(delay * 10 + chrono::seconds(c - '0'), longest);
    if (point == std::string_view::npos) return delay;
    auto const fraction = value.substr(point + 1);
    if (!all_digits(fraction)) return std::nullopt;
    nanoseconds unit = 100ms;
    for (char c : fraction) delay += unit * (c - '0'), unit /= 10;
    return std::min<nanoseconds>(delay, longest);
}

std::string_view trimmed(std::string_view value) noexcept {
    auto const first = value.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return value.substr(first, value.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<chrono::sys_seconds> parse_http_date(std::string_view value,
                                                   chrono::system_clock::time_point now) {
    auto const today = chrono::year_month_day(chrono::floor<chrono::days>(now));
    for (date_form form : {imf_fixdate, rfc850_date, asctime_date}) {
        if (auto const date = form(trimmed(value), static_cast<int>(today.year()))) return second_of(*date);
    }
    return std::nullopt;
}

std::optional<nanoseconds> parse_retry_after(std::string_view value, chrono::system_clock::time_point now) {
    auto const text = trimmed(value);
    if (auto const delay = parse_seconds(text)) return delay;
    auto const date = parse_http_date(text, now);
    return date ? std::optional(until(*date, now)) : std::nullopt;
}

}  // namespace poolwright::throttle
