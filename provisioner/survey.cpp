#include "provisioner/survey.hpp"

#include <utility>

namespace poolwright::provisioner {
namespace asio = boost::asio;
survey::survey(asio::any_io_executor executor, transport& network, alarm& clock,
               std::function<std::uint64_t()> random, survey_settings settings,
               std::vector<surveyed_tenant> const& tenants)
    : clock_(clock),
      random_(std::move(random)),
      settings_(settings),
      pacer_(settings_.limits),
      queue_(pacer_, 1),
      dispatcher_(std::move(executor), network, clock, queue_, settings_.concurrency) {
    tenants_.reserve(tenants.size());
    for (auto const& each : tenants) {
        auto const number = static_cast<throttle::tenant_number>(tenants_.size());
        pacer_.set_size(number, each.size);
        pacer_.assign(number, each.asker);
        tenants_.push_back({.who = each, .since = {}, .retry = {}});
    }
}

asio::awaitable<void> survey::run() {
    std::function<void(throttle::work)> const start_one = [this](throttle::work item) { start(item); };
    std::function<bool()> const admit_one = [this] { return admit(); };
    co_await dispatcher_.run(start_one, admit_one);
}

bool survey::admit() {
    if (begun_ == tenants_.size()) return false;
    advance(static_cast<throttle::tenant_number>(begun_++));
    return true;
}

void survey::advance(throttle::tenant_number number) {
    auto& tenant = tenants_[number];
    auto const next = tenant.who.what->next();
    if (!next) {
        ++done_;
        return;
    }
    auto const now = clock_.now();
    tenant.now = *next;
    tenant.since = now.wall;
    tenant.retry = {};
    queue_.push({.tenant = number, .slot = 0}, cost_of(tenant.now), now.steady);
}

void survey::start(throttle::work item) {
    auto const now = clock_.now();
    auto const sent = now.steady;
    asking_time const when{.now = now.wall, .random = &random_};
    dispatcher_.send(tenants_[item.tenant].who.what->request(when),
                     [this, item, sent](round_trip_result const& result) {
                         queue_.finished(item);
                         answer(item.tenant, sent, result);
                         dispatcher_.wake();
                     });
}

void survey::answer(throttle::tenant_number number, throttle::steady_point sent,
                    round_trip_result const& result) {
    auto& tenant = tenants_[number];
    auto const now = clock_.now();
    if (result.has_value()) reached_ = true;
    auto const found = judge(tenant.now, result, now.wall);
    if (try_again(number, sent, found)) return;
    tenant.who.what->absorb(result, found, now.wall);
    advance(number);
}

// Whether the question is asked again, and then queues it. What was refused holds back the others of its
// quota either way.
bool survey::try_again(throttle::tenant_number number, throttle::steady_point sent, judgement const& found) {
    bool const may = found.what == meaning::wait || found.what == meaning::transient;
    if (!may) return false;
    auto& tenant = tenants_[number];
    auto const now = clock_.now();
    auto const what = cost_of(tenant.now);
    auto const patience = reached_ ? settings_.patience : throttle::for_unknown_address(settings_.patience);
    auto const decision =
        throttle::decide(found.facts, tenant.retry, patience, now.wall - tenant.since, now.steady, random_());
    bool const again = decision.action == throttle::retry_action::again;
    if (found.facts.kind == throttle::reply_kind::throttled && !what.free()) {
        auto const told = now.steady + found.facts.retry_after.value_or(std::chrono::nanoseconds(0));
        pacer_.refused({.tenant = number,
                        .what = what,
                        .scope = found.facts.scope,
                        .calls = found.facts.calls,
                        .sent = sent,
                        .until = again ? decision.at : told},
                       now.steady);
    }
    if (again) queue_.push({.tenant = number, .slot = 0}, what, decision.at);
    return again;
}

}  // namespace poolwright::provisioner
