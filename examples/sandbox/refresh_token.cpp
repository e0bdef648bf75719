#include "examples/sandbox/refresh_token.hpp"

#include <charconv>

namespace poolwright::sandbox {
namespace {

constexpr std::string_view prefix = "1.";  // those of Entra begin with a digit and a dot
constexpr std::chrono::days longest_inactivity{90};

}  // namespace

std::string issue_refresh_token(service& all, guid const& client, time_point now) {
    // The client, the moment in nanoseconds, and something that is never the same.
    auto const text = to_string(client) + ' ' + std::to_string(now.time_since_epoch().count()) + ' ' +
                      to_string(all.random.new_guid());
    return std::string(prefix) + all.refresh_tokens.seal(text);
}

std::optional<refresh_problem> check_refresh_token(service const& all, std::string_view text,
                                                   guid const& client, time_point now) {
    if (!text.starts_with(prefix)) return refresh_problem::malformed;
    auto const opened = all.refresh_tokens.open(text.substr(prefix.size()));
    if (!opened || !opened->starts_with(to_string(client) + ' ')) return refresh_problem::malformed;
    auto const from = opened->find(' ') + 1;
    std::int64_t nanoseconds = 0;
    std::from_chars(opened->data() + from, opened->data() + opened->size(), nanoseconds);
    time_point const issued{std::chrono::nanoseconds(nanoseconds)};
    if (now - issued > longest_inactivity) return refresh_problem::inactive;
    if (issued < all.refresh_tokens_from) return refresh_problem::revoked;
    return std::nullopt;
}

}  // namespace poolwright::sandbox
