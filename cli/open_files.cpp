#include "cli/open_files.hpp"

#include <algorithm>
#include <limits>
#include <sys/resource.h>

namespace poolwright::cli {
namespace {

// Each round trip takes a connection, and the kept ones of two services stay open beside it.
constexpr int for_each_connection = 3;
// Streams, ledger, lock, events, the loop's own, and what looking up an address opens for a moment.
constexpr int others = fewest_open_files - for_each_connection;
constexpr rlim_t comfortable_others = 64;

}  // namespace

int most_open_files() noexcept {
    constexpr auto most = std::numeric_limits<int>::max();
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur > static_cast<rlim_t>(most)) return most;
    return static_cast<int>(files.rlim_cur);
}

int room_for_connections(int connections) noexcept {
    rlimit files{};
    auto const wanted = static_cast<rlim_t>(connections) * for_each_connection + comfortable_others;
    if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < wanted) {
        files.rlim_cur = std::min(wanted, files.rlim_max);
        ::setrlimit(RLIMIT_NOFILE, &files);
    }
    return std::clamp((most_open_files() - others) / for_each_connection, 0, connections);
}

}  // namespace poolwright::cli
