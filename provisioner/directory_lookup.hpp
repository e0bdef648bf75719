#pragma once

#include "provisioner/alarm.hpp"
#include "provisioner/cloud.hpp"
#include "provisioner/dispatcher.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/transport.hpp"
#include "throttle/pacer.hpp"
#include "throttle/retry.hpp"
#include "throttle/work_queue.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// From the domain names of a plan to directory ids, before anything else: ledger, budgets and export know
// only the id, and two rows that turn out to be one directory must be noticed before the first write.

namespace poolwright::provisioner {

struct domain_name {
    std::string name;
    service authority;
};

// Why a domain has no directory id.
struct lookup_failure {
    // Only because result::error() asks for it.
    lookup_failure() = default;
    lookup_failure(meaning what_, std::string why_) : what(what_), why(std::move(why_)) {}
    meaning what = meaning::tenant_refused;  // tenant_refused, transient or untrusted
    std::string why;
};

using lookup_result = boost::system::result<guid, lookup_failure>;

// One look-up for each name, through the same queue and loop as everything else.
class directory_lookup {
public:
    // All references outlive the look-up. At most `concurrency` round trips are in flight. `random` as in
    // fleet_machine.
    directory_lookup(boost::asio::any_io_executor executor, transport& network, alarm& clock,
                     std::vector<domain_name> names, throttle::patience patience, int concurrency,
                     std::function<std::uint64_t()> random);

    // The directory ids, in the order of the names. Once.
    boost::asio::awaitable<std::vector<lookup_result>> run();

    // Starts nothing more; run() ends when what is in flight has come back, and the others have no id.
    void drain() { dispatcher_.drain(); }

private:
    void push(throttle::tenant_number number, throttle::steady_point at);
    void start(throttle::work item);
    void answer(throttle::tenant_number number, round_trip_result const& result);

    alarm& clock_;
    std::vector<domain_name> names_;
    throttle::patience patience_;
    std::function<std::uint64_t()> random_;
    throttle::pacer pacer_;
    throttle::work_queue queue_;
    dispatcher dispatcher_;
    std::vector<throttle::retry_state> retries_;
    std::vector<lookup_result> found_;
    bool reached_ = false;
};

}  // namespace poolwright::provisioner
