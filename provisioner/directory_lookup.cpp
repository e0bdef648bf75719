#include "provisioner/directory_lookup.hpp"

#include "provisioner/dispatcher.hpp"
#include "provisioner/token.hpp"

#include <algorithm>

namespace poolwright::provisioner {
namespace asio = boost::asio;
namespace {

// One look-up each, through the same queue and loop as everything else.
class lookups {
public:
    lookups(asio::any_io_executor executor, transport& network, alarm& clock,
            std::vector<domain_name> const& names, throttle::patience const& patience, int concurrency,
            std::function<std::uint64_t()> const& random)
        : clock_(clock),
          names_(names),
          patience_(patience),
          random_(random),
          pacer_(throttle::published_limits()),
          queue_(pacer_, 1),
          dispatcher_(std::move(executor), network, clock, queue_, concurrency),
          retries_(names.size()),
          found_(names.size(), lookup_result(lookup_failure())) {}

    asio::awaitable<std::vector<lookup_result>> run() {
        auto const now = clock_.now().steady;
        for (throttle::tenant_number i = 0; i < names_.size(); ++i) push(i, now);
        std::function<void(throttle::work)> const start_one = [this](throttle::work item) { start(item); };
        std::function<bool()> const no_more = [] { return false; };
        co_await dispatcher_.run(start_one, no_more);
        co_return std::move(found_);
    }

private:
    void push(throttle::tenant_number number, throttle::steady_point at) {
        queue_.push({.tenant = number, .slot = 0}, cost_of(step::resolve_directory), at);
    }

    void start(throttle::work item) {
        auto const& wanted = names_[item.tenant];
        dispatcher_.send(directory_request(wanted.authority, wanted.name),
                         [this, item](round_trip_result const& result) {
                             queue_.finished(item);
                             answer(item.tenant, result);
                             dispatcher_.wake();
                         });
    }

    void answer(throttle::tenant_number number, round_trip_result const& result) {
        auto const now = clock_.now();
        auto found = judge(step::resolve_directory, result, now.wall);
        if (result.has_value()) reached_ = true;
        if (found.what == meaning::done) {
            auto const id = read_directory_reply(*result);
            if (!id.empty()) {
                found_[number] = id;
                return;
            }
            found = garbled(step::resolve_directory);
        }
        auto patience = patience_;
        // As in the fleet: before anything was reached, a wrong address is likelier than a broken network.
        if (!reached_) patience.attempts = std::min(patience.attempts, 3);
        auto const decision = throttle::decide(found.facts, retries_[number], patience,
                                               std::chrono::nanoseconds(0), now.steady, random_());
        if (decision.action == throttle::retry_action::again) return push(number, decision.at);
        found_[number] = lookup_failure(found.what, std::move(found.why));
    }

    alarm& clock_;
    std::vector<domain_name> const& names_;
    throttle::patience patience_;
    std::function<std::uint64_t()> const& random_;
    throttle::pacer pacer_;
    throttle::work_queue queue_;
    dispatcher dispatcher_;
    std::vector<throttle::retry_state> retries_;
    std::vector<lookup_result> found_;
    bool reached_ = false;
};

}  // namespace

asio::awaitable<std::vector<lookup_result>> look_up_directories(
    asio::any_io_executor executor, transport& network, alarm& clock, std::vector<domain_name> const& names,
    throttle::patience patience, int concurrency, std::function<std::uint64_t()> const& random) {
    lookups all(std::move(executor), network, clock, names, patience, concurrency, random);
    std::vector<lookup_result> found = co_await all.run();
    co_return found;
}

}  // namespace poolwright::provisioner
