#pragma once

#include "examples/sandbox/directory_model.hpp"
#include "provisioner/transport.hpp"
#include "tests/simulate/dice.hpp"
#include "tests/simulate/virtual_time.hpp"
#include "tests/simulate/witness.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

// What lies between a client and the directory: a network that delays, loses, repeats and mangles.

namespace poolwright::simulate {

// What can become of one round trip.
enum class fate : std::uint8_t {
    arrives,
    lost,          // the request does not arrive
    reply_lost,    // it is acted upon, and nobody hears of it
    late,          // the client has given up when it arrives
    twice,         // it arrives twice; the reply is that of either
    refused,       // a gateway answers 5xx in the directory's place
    hidden,        // it is acted upon, and a gateway answers 5xx
    throttled,     // 429 of some kind; some have acted all the same
    unauthorized,  // 401
    truncated,     // the body of the reply ends early
    garbage,       // it is not what it says it is
    wrong_type,    // it is a page of HTML
};
inline constexpr std::size_t fates = 12;
std::string_view to_string(fate what) noexcept;

struct network_weather {
    std::array<double, fates> chance{};  // of each fate; what is left over arrives
    nanoseconds jitter{0};               // each way takes up to so much longer
    nanoseconds timeout{std::chrono::seconds(30)};
};

// Shared by all clients of one world.
struct network {
    virtual_time& time;
    sandbox::directory_model& model;
    network_weather weather;
    dice random;
    nanoseconds* directory_cpu = nullptr;  // where to add the processor time that the directory takes
    std::function<void(std::string_view line)> note = {};  // empty: nobody reads it
    std::array<std::uint64_t, fates> happened{};
};

// One client's end of it.
class connection final : public provisioner::transport {
public:
    // `point` is asked at every point at which the client's process could die; true: it dies there. The
    // witness may be null.
    connection(network& through, std::function<bool()> point, witness* watching)
        : network_(through), point_(std::move(point)), watching_(watching) {}

    boost::asio::awaitable<provisioner::round_trip_result> round_trip(
        provisioner::http_request request) override;

private:
    struct trip;

    [[nodiscard]] fate draw_fate();
    [[nodiscard]] nanoseconds one_way();
    [[nodiscard]] sandbox::reply deliver(sandbox::request const& asked);
    [[nodiscard]] provisioner::round_trip_result finish(trip& of);
    boost::asio::awaitable<void> travel(std::shared_ptr<trip> of);
    boost::asio::awaitable<void> arrive(std::shared_ptr<trip> of);
    void mangle(trip& of);
    void refuse(trip& of);
    void throttle(trip& of);

    network& network_;
    std::function<bool()> point_;
    witness* watching_;
};

}  // namespace poolwright::simulate
