#pragma once

#include "throttle/least_time.hpp"

// A run of which only the waiting is left: calls are charged, are in flight for the latency and come back
// done. Only forecast.cpp uses it.

namespace poolwright::throttle {

// How long the run of one identity takes; the tenants are entered in their order.
real_seconds run_model(fleet_load const& load, run_conditions const& conditions);

}  // namespace poolwright::throttle
