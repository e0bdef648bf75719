#include "examples/sandbox/report_quotas.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

constexpr throttle::quota of_application{14, std::chrono::minutes(10), throttle::quota_shape::sliding};
constexpr throttle::quota of_tenant{40, std::chrono::minutes(10), throttle::quota_shape::sliding};

}  // namespace

admission report_quotas::admit(guid const& application, guid const& tenant, std::string_view report,
                               time_point now) {
    std::string const name(report);
    auto& own = by_application_and_tenant_[{application, tenant, name}];
    auto& shared = by_tenant_[{tenant, name}];
    admission result;
    result.early = own.is_early(now);
    auto const wait = std::max(own.wait(of_application, 1, now), shared.wait(of_tenant, 1, now));
    if (wait == std::chrono::nanoseconds(0)) {
        own.charge(of_application, 1, now);
        shared.charge(of_tenant, 1, now);
        return result;
    }
    auto const seconds = std::chrono::ceil<std::chrono::seconds>(wait);
    result.refused = refusal{{}, {}, seconds.count()};
    own.hold(now + grace_, now + seconds);
    return result;
}

}  // namespace poolwright::sandbox
