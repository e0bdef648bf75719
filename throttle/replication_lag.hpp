#pragma once

#include <chrono>
#include <cstdint>

// How long something that was just written takes until the next step may build on it, learned from what
// replies say. The directory publishes no such time, and asking too early costs a write that is refused.

namespace poolwright::throttle {

// One kind of wait: from an application to its service principal, from that to its first grant, or from a
// grant to the token that shows it.
class replication_lag {
public:
    // How long to wait after the write before the next call is worth sending. As long as nothing is learned,
    // `unknown`: all wait for what the first few find out.
    [[nodiscard]] std::chrono::nanoseconds wait() const noexcept { return learned() ? wait_ : unknown; }

    // Whether one more should go at once and try again and again, to find the lag out. Counts it as sent.
    bool send_pilot() noexcept;

    // One that was sent to find out will not: another may go in its place.
    void pilot_lost() noexcept {
        if (sent_ > answers_) --sent_;
    }

    // The call was sent when the write was that old, and was refused for replication, or was not.
    void refused(std::chrono::nanoseconds age) noexcept;
    void succeeded(std::chrono::nanoseconds age) noexcept;

    [[nodiscard]] bool learned() const noexcept { return answers_ >= enough; }

    // Long enough for what is usual (25 to 30 s in the field are rare), short enough to be waited for in
    // vain.
    static constexpr std::chrono::nanoseconds unknown = std::chrono::seconds(10);

private:
    static constexpr int pilots = 8;
    static constexpr int enough = 6;

    std::chrono::nanoseconds wait_{0};
    std::int32_t sent_ = 0;
    std::int32_t answers_ = 0;
};

}  // namespace poolwright::throttle
