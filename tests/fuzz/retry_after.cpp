#include "provisioner/judge.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/reply_text.hpp"
#include "throttle/pacer.hpp"
#include "throttle/retry.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>

// When to go again: four bytes of the time, eight of chance, a letter and what it means. Value: a Retry-After
// as it is. Date: four bytes of another time, as each form of an HTTP date. Reply: a reply whose headers are
// judged and given to the budgets, again and again.

namespace poolwright::fuzz {

namespace {

using namespace throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using wall_time = std::chrono::system_clock::time_point;

void check_wait(nanoseconds wait) {
    require(wait >= 0ns, "no wait is negative");
    require(wait <= 24h, "no wait is longer than a day");
}

// "120" is read as a person would, and so is what stands before a point.
void check_number(std::string_view text, nanoseconds wait) {
    auto const whole = text.substr(0, text.find('.'));
    if (whole.empty() || whole.size() > 9 || whole.find_first_not_of("0123456789") != std::string_view::npos)
        return;
    nanoseconds const low = std::min<nanoseconds>(std::chrono::seconds(std::stol(std::string(whole))), 24h);
    require(wait >= low && wait <= low + 1s, "seconds are honoured to the letter");
}

void fuzz_value(std::string_view value, wall_time now) {
    auto const wait = parse_retry_after(value, now);
    if (!wait) return;
    check_wait(*wait);
    check_number(value, *wait);
}

std::string date_text(char const* form, std::int64_t at) {
    auto const time = static_cast<std::time_t>(at);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

void fuzz_date(std::int64_t at, wall_time now) {
    auto const date = wall_time(std::chrono::seconds(at));
    auto const expected = std::clamp<nanoseconds>(date - now, 0ns, 24h);
    for (char const* form :
         {"%a, %d %b %Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y", "%A, %d-%b-%y %H:%M:%S GMT"}) {
        // Two digits of a year mean the one nearest to now.
        bool const far = std::chrono::abs(date - now) > std::chrono::hours(24 * 365 * 49);
        if (far && std::string_view(form).find("%y") != std::string_view::npos) continue;
        auto const wait = parse_retry_after(date_text(form, at), now);
        require(wait && *wait == expected, "an HTTP date is counted from now");
    }
}

// What is decided for every kind of reply with what its headers say.
void check_decisions(reply_facts facts, wall_time, steady_point now, std::uint64_t random) {
    patience const patient;
    for (auto const kind : {reply_kind::done, reply_kind::throttled, reply_kind::replicating,
                            reply_kind::transient, reply_kind::permanent}) {
        facts.kind = kind;
        retry_state state;
        for (int i = 0; i < 10; ++i) {
            auto const made =
                decide(facts, state, patient, std::chrono::seconds(random % 1200) - 10min, now, random);
            if (made.action != retry_action::again) continue;
            auto const wait = made.at - now;
            require(wait >= 100ms && wait <= 24h, "to go again is neither at once nor in more than a day");
            if (facts.retry_after)
                require(wait >= std::min<nanoseconds>(*facts.retry_after, 24h), "a Retry-After is honoured");
        }
        require((kind == reply_kind::done) ==
                    (decide(facts, state, patient, 0s, now, 0).action == retry_action::proceed),
                "only what is done proceeds");
        if (kind == reply_kind::throttled)
            require(state.failed_attempts == 0, "to be throttled is no failed attempt");
        require(state.failed_attempts <= 11 && state.last_delay >= 0ns && state.last_delay <= 24h,
                "what is remembered stays small");
    }
}

// Whatever a service says about waiting, it delays the next call by a day and a window at most.
void check_budgets(reply_facts const& facts, steady_point now, std::uint64_t random) {
    pacer budgets(published_limits());
    cost const call{.writes = 1, .resource_units = 1};
    for (int i = 0; i < 4; ++i) {
        auto const sent = now;
        budgets.charge(0, call, sent);
        now += nanoseconds(random % 2'000'000'000);
        if (facts.percentage) budgets.told_used(0, call, *facts.percentage, sent, now);
        if (facts.retry_after)
            budgets.refused({.tenant = 0,
                             .what = call,
                             .scope = facts.scope,
                             .calls = facts.calls,
                             .sent = sent,
                             .until = now + *facts.retry_after},
                            now);
        auto const next = budgets.earliest(0, call, now);
        require(next >= now && next <= now + 24h + 10min, "a budget never forbids a call for good");
    }
}

void fuzz_reply(std::string_view text, wall_time now, std::uint64_t random) {
    auto const found = provisioner::judge(provisioner::step::create_principal, reply_of(text), now);
    if (found.facts.retry_after) check_wait(*found.facts.retry_after);
    if (found.facts.percentage)
        require(std::isfinite(*found.facts.percentage) && *found.facts.percentage >= 0,
                "a share is a number");
    auto const start = steady_point(std::chrono::seconds(1 + random % 100'000'000));
    check_decisions(found.facts, now, start, random);
    check_budgets(found.facts, start, random);
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    auto const seconds = in.seconds();
    auto const random = in.number();
    auto const now = wall_time(std::chrono::seconds(seconds) + nanoseconds(random % 1'000'000'000));
    switch (in.byte()) {
        case 'V':
            return fuzz_value(in.rest(), now);
        case 'D':
            return fuzz_date(in.seconds(), now);
        case 'R':
            return fuzz_reply(in.rest(), now, random);
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
