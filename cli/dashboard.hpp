#pragma once

#include "cli/dashboard_address.hpp"
#include "cli/run_watch.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

// The live page of `provision --dashboard`: a small HTTP server on this machine's own address, on the loop of
// the run. It answers GET alone, changes nothing, and ends with the run.

namespace poolwright::cli {

enum class run_ending : std::uint8_t { finished, interrupted, broken };

// What there is to show while a run goes on; all of it outlives the showing.
struct shown_run {
    run_watch* watch = nullptr;
    std::function<provisioner::fleet_counts()> counts;
    std::function<std::string()> metrics;  // for /metrics
};

class dashboard {
public:
    // Listens from now on. `opened` is told the address for the next window whenever one was used. Throws
    // failure(broken) if the address cannot be had.
    dashboard(boost::asio::any_io_executor const& executor, dashboard_address const& where,
              std::function<void(std::string const& next)> opened);
    ~dashboard();
    dashboard(dashboard const&) = delete;
    dashboard& operator=(dashboard const&) = delete;

    // The address for the first window, with its token.
    [[nodiscard]] std::string address() const;

    // Answers from now on, on the executor's thread. Once.
    void begin(shown_run what);
    // Tells every window how it ended, waits for none longer than a second, and leaves the loop nothing to
    // do.
    void end(run_ending how);

private:
    class server;
    std::shared_ptr<server> server_;
};

}  // namespace poolwright::cli
