#include "examples/sandbox/population.hpp"

#include "examples/sandbox/principal_view.hpp"

#include <algorithm>
#include <array>

namespace poolwright::sandbox {
namespace {

// Of a hundred licensed mailboxes so many have each plan.
struct plan_share {
    guid service_plan;
    std::int64_t percent;
};

// EXCHANGE_S_STANDARD, _DESKLESS and _ESSENTIALS
// (learn.microsoft.com/entra/identity/users/licensing-service-plan- reference); the rest has
// EXCHANGE_S_ENTERPRISE.
constexpr std::array<plan_share, 3> shares{{
    {{0x9AAF7827D63C4B61, 0x89C3182F06F82E5C}, 40},
    {{0x4A82B400A79F41A4, 0xB4E2E94F5787B113}, 10},
    {{0x1126BEF5DA204F07, 0xB45EAD25D2581AA8}, 2},
}};
constexpr guid exchange_enterprise{0xEFB87545963C4E0D, 0x99DF69C6916D9EB0};

constexpr std::int64_t users_per_suspended = 50;

}  // namespace

mailbox_numbers mailboxes_of(service const& all, guid const& tenant) noexcept {
    auto const& what = all.fault_of(tenant);
    auto const has_exchange = has_resource(all, tenant, exchange_online);
    auto const drawn = has_exchange ? all.users_of(tenant) * 3 / 4 : 0;
    auto const user = what.mailboxes.value_or(drawn);
    return {user, what.shared_mailboxes.value_or(user / 8)};
}

std::vector<user_group> population_of(service const& all, guid const& tenant) {
    auto const mailboxes = mailboxes_of(all, tenant);
    auto const suspended = mailboxes.user / users_per_suspended;
    auto const licensed = mailboxes.user - suspended;
    std::vector<user_group> groups;
    auto left = licensed;
    for (auto const& each : shares) {
        auto const users = licensed * each.percent / 100;
        groups.push_back({users, {{each.service_plan, "exchange", "Enabled"}}});
        left -= users;
    }
    groups.push_back({left, {{exchange_enterprise, "exchange", "Enabled"}}});
    groups.push_back({suspended, {{exchange_enterprise, "exchange", "Suspended"}}});
    groups.push_back({std::max<std::int64_t>(0, all.users_of(tenant) - mailboxes.user), {}});
    return groups;
}

bool conceals_names(service const& all, guid const& tenant) noexcept {
    return all.fault_of(tenant).conceals_names.value_or(hash_value(tenant) % 2 == 0);
}

}  // namespace poolwright::sandbox
