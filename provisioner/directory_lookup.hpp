#pragma once

#include "provisioner/alarm.hpp"
#include "provisioner/cloud.hpp"
#include "provisioner/guid.hpp"
#include "provisioner/judge.hpp"
#include "provisioner/transport.hpp"
#include "throttle/retry.hpp"

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

// The directory ids, in the order of the names. At most `concurrency` round trips are in flight. `random` as
// in fleet_machine.
boost::asio::awaitable<std::vector<lookup_result>> look_up_directories(
    boost::asio::any_io_executor executor, transport& network, alarm& clock,
    std::vector<domain_name> const& names, throttle::patience patience, int concurrency,
    std::function<std::uint64_t()> const& random);

}  // namespace poolwright::provisioner
