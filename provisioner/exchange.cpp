#include "provisioner/exchange.hpp"

#include <utility>

namespace poolwright::provisioner {
namespace asio = boost::asio;
namespace {

// What a request needs was not here when it was made.
round_trip_result unsendable(http_request const& request) {
    return transport_failure(transport_failure::phase::prepare, false, false, request.missing);
}

}  // namespace

asio::awaitable<std::optional<round_trip_result>> exchange(transport& network, http_request request) {
    if (!request.missing.empty()) {
        std::optional<round_trip_result> unsent(unsendable(request));
        co_return unsent;
    }
    confidences sent{.bearer = request.bearer, .credential = request.credential, .grant = request.grant};
    round_trip_result result = co_await network.round_trip(std::move(request));
    if (result.has_value()) result->sent = std::move(sent);
    std::optional<round_trip_result> out(std::move(result));
    co_return out;
}

}  // namespace poolwright::provisioner
