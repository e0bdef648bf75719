#include "throttle/learning_budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

TEST_SUITE_BEGIN("throttle");

namespace {

using namespace poolwright::throttle;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr steady_point t0{std::chrono::hours(1)};
constexpr quota published{.limit = 30'000, .window = 300s};

double seconds(nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

// A service with a limit of its own, and a client that sends one call after the other as soon as it may.
struct service {
    budget real;
    bool tells_share = false;
    bool in_window = false;

    // How long the client is told to wait; 0: the call was let through.
    nanoseconds call(steady_point now) {
        auto const free = real.earliest(1, now);
        if (free > now) return std::chrono::ceil<std::chrono::seconds>(free - now);
        real.charge(1, now);
        return 0s;
    }
};

// A bucket that refused calls empty further, by up to a tenth of the limit.
struct hammered_service {
    quota what;
    steady_point full_at{};

    // How long the client is told to wait; 0: the call was let through.
    nanoseconds call(steady_point now) {
        auto const of_one = what.window / what.limit;
        auto const missing = std::max(full_at, now) - now;
        bool const is_free = missing + of_one <= what.window;
        if (is_free || missing + of_one <= what.window * 11 / 10) full_at = now + missing + of_one;
        if (is_free) return 0s;
        return std::chrono::ceil<std::chrono::seconds>(full_at - now + of_one - what.window);
    }
};

struct outcome {
    std::int64_t refused = 0;
    double took = 0;
};

outcome send_all(learning_budget& client, service& at, std::int64_t calls) {
    outcome seen;
    auto now = t0;
    for (std::int64_t done = 0; done < calls;) {
        now = std::max(now + 2ms, client.earliest(1, now + 2ms));
        client.charge(1, now);
        auto const wait = at.call(now);
        if (wait > 0s) {
            ++seen.refused;
            now = client.refused(1, now, now + wait, now);
            continue;
        }
        ++done;
        auto const share = at.real.used(now);
        if (at.tells_share && share >= 0.8) client.told_used(share, now, now);
    }
    seen.took = seconds(now - t0);
    return seen;
}

double least(quota const& what, std::int64_t calls) {
    if (what.shape == quota_shape::bucket)
        return static_cast<double>(calls - what.limit) * seconds(what.window) /
               static_cast<double>(what.limit);
    return static_cast<double>((calls + what.limit - 1) / what.limit - 1) * seconds(what.window);
}

}  // namespace

TEST_CASE("what the service counts as we do teaches nothing, and the published rate is kept") {
    for (bool const tells : {false, true}) {
        learning_budget client(published);
        service there{budget(published), tells};
        auto const seen = send_all(client, there, 100'000);
        CHECK(seen.refused == 0);
        CHECK(seen.took <= 1.01 * least(published, 100'000));
        CHECK(client.limit() == published.limit);
    }
}

TEST_CASE("a hidden limit is found, whatever its shape, with few refusals and little time lost") {
    for (auto const shape : {quota_shape::bucket, quota_shape::sliding, quota_shape::fixed}) {
        for (bool const tells : {false, true}) {
            CAPTURE(static_cast<int>(shape));
            CAPTURE(tells);
            quota const real{.limit = 9'000, .window = 300s, .shape = shape};
            learning_budget client(published);
            service there{budget(real), tells};
            auto const seen = send_all(client, there, 100'000);
            CHECK(seen.refused < 1'000);
            CHECK(seen.took <= 1.10 * least(real, 100'000));
        }
    }
}

TEST_CASE("calls that were under way when the limit was reached lower it once") {
    learning_budget client(published);
    for (int i = 0; i < 20'000; ++i) client.charge(1, t0);
    for (int i = 0; i < 100; ++i) CHECK(client.refused(1, t0, t0 + 1s, t0 + 10ms) == t0 + 1s);
    CHECK(client.limit() == 21'000);
    auto const after_one = client.limit();
    client.charge(1, t0 + 2s);
    static_cast<void>(client.refused(1, t0 + 2s, t0 + 3s, t0 + 2s));
    CHECK(client.limit() < after_one);
}

TEST_CASE("a lowered limit grows back to the published one, and not beyond") {
    learning_budget client(published);
    for (int i = 0; i < 20'000; ++i) client.charge(1, t0);
    static_cast<void>(client.refused(1, t0, t0 + 1s, t0));
    auto const lowered = client.limit();
    client.charge(1, t0 + 11s);
    CHECK(client.limit() - lowered == published.limit / 100);
    client.charge(1, t0 + 1h);
    CHECK(client.limit() == published.limit);
}

TEST_CASE("refusals with another cause do not stop a run for good") {
    learning_budget client(published);
    auto now = t0;
    for (int i = 0; i < 1'000; ++i) {
        client.charge(1, now);
        now = client.refused(1, now, now + 1ms, now);
    }
    CHECK(client.limit() == published.limit / 100);
}

TEST_CASE("where nothing gets through the client comes back later each time, until something does") {
    learning_budget client(published);
    auto now = t0;
    for (auto const expected : {2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s}) {
        client.charge(1, now);
        auto const again = client.refused(1, now, now + 2s, now);
        CHECK(again - now == expected);
        now = again;
    }
    client.charge(1, now);  // this one is let through
    client.charge(1, now + 1s);
    CHECK(client.refused(1, now + 1s, now + 3s, now + 1s) == now + 3s);
    // What the service itself says is never shortened.
    client.charge(1, now + 3s);
    CHECK(client.refused(1, now + 3s, now + 1h, now + 3s) == now + 1h);
}

TEST_CASE("two clients that spend one quota do not keep each other out for ever") {
    constexpr int work = 40;
    for (auto later = 0ms; later < 4s; later += 100ms) {
        CAPTURE(later.count());
        // It is full when they come.
        hammered_service there{{.limit = 10, .window = 20s}, t0 + 20s};
        learning_budget clients[] = {learning_budget(published), learning_budget(published)};
        steady_point next[] = {t0, t0 + later};
        int done[] = {0, 0};
        for (int calls = 0; calls < 2'000 && done[0] + done[1] < 2 * work; ++calls) {
            auto const who = done[1] == work || (done[0] < work && next[0] <= next[1]) ? 0 : 1;
            auto const now = std::max(next[who], clients[who].earliest(1, next[who]));
            clients[who].charge(1, now);
            if (auto const wait = there.call(now); wait > 0s) {
                next[who] = clients[who].refused(1, now, now + wait, now);
            } else {
                ++done[who];
                next[who] = now + 200ms;
            }
        }
        CHECK(done[0] == work);
        CHECK(done[1] == work);
        CHECK(std::max(next[0], next[1]) - t0 < 30min);
    }
}

TEST_CASE("a share that others have spent is left alone, and one that is known teaches nothing") {
    learning_budget client(published);
    client.charge(15'000, t0);
    client.told_used(0.50, t0, t0);
    CHECK(client.used(t0) == doctest::Approx(0.50));
    client.told_used(0.90, t0, t0);
    CHECK(client.used(t0) == doctest::Approx(0.945).epsilon(0.001));
    client.told_used(1.80, t0, t0);
    CHECK(client.used(t0) == doctest::Approx(1.0).epsilon(0.001));
    CHECK(client.limit() == published.limit);
    // Time gives it back as if it had been spent here.
    CHECK(client.used(t0 + 30s) == doctest::Approx(0.9).epsilon(0.001));
}

TEST_SUITE_END();
