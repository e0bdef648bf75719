#include "provisioner/directory_lookup.hpp"

#include "provisioner/token.hpp"

#include <utility>

namespace poolwright::provisioner {
namespace asio = boost::asio;

directory_lookup::directory_lookup(asio::any_io_executor executor, transport& network, alarm& clock,
                                   std::vector<domain_name> names, throttle::patience patience,
                                   int concurrency, std::function<std::uint64_t()> random)
    : clock_(clock),
      names_(std::move(names)),
      patience_(patience),
      random_(std::move(random)),
      pacer_(throttle::published_limits()),
      queue_(pacer_, 1),
      dispatcher_(std::move(executor), network, clock, queue_, concurrency),
      retries_(names_.size()),
      found_(names_.size(), lookup_result(lookup_failure())) {}

asio::awaitable<std::vector<lookup_result>> directory_lookup::run() {
    auto const now = clock_.now().steady;
    for (throttle::tenant_number i = 0; i < names_.size(); ++i) push(i, now);
    std::function<void(throttle::work)> const start_one = [this](throttle::work item) { start(item); };
    std::function<bool()> const no_more = [] { return false; };
    co_await dispatcher_.run(start_one, no_more);
    co_return std::move(found_);
}

void directory_lookup::push(throttle::tenant_number number, throttle::steady_point at) {
    queue_.push({.tenant = number, .slot = 0}, cost_of(step::resolve_directory), at);
}

void directory_lookup::start(throttle::work item) {
    auto const& wanted = names_[item.tenant];
    dispatcher_.send(directory_request(wanted.authority, wanted.name),
                     [this, item](round_trip_result const& result) {
                         queue_.finished(item);
                         answer(item.tenant, result);
                         dispatcher_.wake();
                     });
}

void directory_lookup::answer(throttle::tenant_number number, round_trip_result const& result) {
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
    auto const patience = reached_ ? patience_ : throttle::for_unknown_address(patience_);
    auto const decision = throttle::decide(found.facts, retries_[number], patience,
                                           std::chrono::nanoseconds(0), now.steady, random_());
    if (decision.action == throttle::retry_action::again) return push(number, decision.at);
    found_[number] = lookup_failure(found.what, std::move(found.why));
}

}  // namespace poolwright::provisioner
