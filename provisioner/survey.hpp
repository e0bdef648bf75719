#pragma once

#include "provisioner/alarm.hpp"
#include "provisioner/dispatcher.hpp"
#include "provisioner/inquiry.hpp"
#include "provisioner/transport.hpp"
#include "throttle/pacer.hpp"
#include "throttle/retry.hpp"
#include "throttle/work_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

// Many tenants asked at once, within the quotas, nothing written: one question at a time in each. A tenant
// is begun when none that was begun before has a question whose turn it is, so that all are soon done with.

namespace poolwright::provisioner {

struct surveyed_tenant {
    inquiry* what = nullptr;            // outlives the survey
    throttle::caller_number asker = 0;  // which of several identities asks
    throttle::tenant_size size = throttle::tenant_size::M;
};

struct survey_settings {
    throttle::limits limits = throttle::published_limits();
    throttle::patience patience;
    int concurrency = 64;  // round trips in flight
};

class survey {
public:
    // All references outlive the survey; `random` as in fleet_machine.
    survey(boost::asio::any_io_executor executor, transport& network, alarm& clock,
           std::function<std::uint64_t()> random, survey_settings settings,
           std::vector<surveyed_tenant> const& tenants);

    // Until every inquiry has no more questions. Once.
    boost::asio::awaitable<void> run();

    // Asks nothing more; run() ends when what is in flight has come back.
    void drain() { dispatcher_.drain(); }

    // How many inquiries have ended.
    [[nodiscard]] std::size_t done() const noexcept { return done_; }

private:
    struct asked {
        surveyed_tenant who;
        step now = step::finished;  // waiting or in flight
        std::chrono::system_clock::time_point since;
        throttle::retry_state retry;
    };

    bool admit();
    void advance(throttle::tenant_number number);
    void start(throttle::work item);
    void answer(throttle::tenant_number number, throttle::steady_point sent, round_trip_result const& result);
    bool try_again(throttle::tenant_number number, throttle::steady_point sent, judgement const& found);

    alarm& clock_;
    std::function<std::uint64_t()> random_;
    survey_settings settings_;
    throttle::pacer pacer_;
    throttle::work_queue queue_;
    dispatcher dispatcher_;
    std::vector<asked> tenants_;
    std::size_t begun_ = 0;
    std::size_t done_ = 0;
    bool reached_ = false;  // some server answered
};

}  // namespace poolwright::provisioner
