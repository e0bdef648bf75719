#pragma once

#include "throttle/least_time.hpp"

#include <vector>

// A run of which only the waiting is left: calls are charged, are in flight for the latency and come back
// done. Only forecast.cpp uses it.

namespace poolwright::throttle {

struct modelled_run {
    real_seconds time{0};
    std::vector<real_seconds> progress;  // as in forecast
};

// The run of one identity; the tenants are entered in their order.
modelled_run run_model(fleet_load const& load, run_conditions const& conditions);

}  // namespace poolwright::throttle
