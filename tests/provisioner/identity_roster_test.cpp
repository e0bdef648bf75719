#include "provisioner/identity_roster.hpp"

#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

using namespace poolwright::provisioner;
using poolwright::throttle::caller_number;

TEST_SUITE_BEGIN("provisioner");

namespace {

using only = std::optional<std::vector<guid>>;
using chosen = std::vector<std::optional<caller_number>>;

// Identities "0", "1", … with those restrictions.
identity_roster roster_of(std::vector<only> const& restrictions) {
    std::vector<provisioning_identity> all;
    for (auto const& tenants : restrictions) {
        all.push_back(
            {.who = {.client_id = std::to_string(all.size()), .credential = {}}, .tenants = tenants});
    }
    return identity_roster(std::move(all));
}

struct tenant {
    std::int64_t work;
    char const* remembered = "";
};

}  // namespace

TEST_CASE("a tenant goes to who entered it last, else to who has least work") {
    struct row {
        char const* name;
        std::vector<only> identities;
        std::vector<tenant> tenants;  // guid_for(1), guid_for(2), …
        chosen expected;
    };
    auto const none = std::optional<caller_number>();
    auto const ids = [](std::vector<std::uint32_t> const& numbers) {
        std::vector<guid> list;
        for (auto const number : numbers) list.push_back(guid_for(number));
        return only(list);
    };
    row const rows[] = {
        {"one identity has everything", {{}}, {{5}, {3, "gone"}}, {0, 0}},
        {"evened out by work", {{}, {}}, {{10}, {6}, {5}, {4}}, {0, 1, 1, 0}},
        {"four", {{}, {}, {}, {}}, {{4}, {3}, {2}, {1}, {1}}, {0, 1, 2, 3, 3}},
        {"remembered", {{}, {}}, {{10, "1"}, {6, "1"}, {5}, {4}}, {1, 1, 0, 0}},
        {"what is remembered counts first", {{}, {}}, {{10}, {6, "0"}}, {1, 0}},
        {"remembered and no longer listed", {{}, {}}, {{10}, {6, "7"}}, {0, 1}},
        {"remembered and no longer allowed", {{}, ids({3})}, {{10, "1"}, {6}}, {0, 0}},
        {"restricted", {ids({1, 2}), ids({3})}, {{9}, {8}, {7}, {6}}, {0, 0, 1, none}},
        {"restricted to none", {ids({}), {}}, {{9}, {8}}, {1, 1}},
    };
    for (auto const& [name, identities, tenants, expected] : rows) {
        CAPTURE(name);
        auto tested = roster_of(identities);
        std::vector<tenant_to_enter> given;
        for (auto const& each : tenants) {
            auto const number = static_cast<std::uint32_t>(given.size() + 1);
            given.push_back(
                {.directory_id = guid_for(number), .work = each.work, .remembered = each.remembered});
        }
        CHECK(tested.assign(given) == expected);
    }
}

TEST_CASE("who was refused gives way to the next one that may enter and has least work") {
    auto tested = roster_of({{}, {}, std::vector<guid>{guid_for(9)}});
    tenant_to_enter const tenants[] = {{guid_for(1), 10, ""}, {guid_for(2), 4, ""}};
    CHECK(tested.assign(tenants) == chosen{0, 1});
    caller_number const refused[] = {0, 1, 2};
    CHECK(tested.fall_back(guid_for(1), std::span(refused, 1), 10) == caller_number{1});
    CHECK(tested.fall_back(guid_for(1), std::span(refused, 2), 10) == std::nullopt);
    CHECK(tested.fall_back(guid_for(9), std::span(refused, 2), 1) == caller_number{2});
    CHECK(tested.fall_back(guid_for(9), refused, 1) == std::nullopt);
    CHECK(tested.find("2") == caller_number{2});
    CHECK(tested.find("3") == std::nullopt);
    CHECK(tested.of(1).client_id == "1");
}

TEST_CASE("work that was taken away no longer counts") {
    auto tested = roster_of({{}, {}});
    tenant_to_enter const first[] = {{guid_for(1), 10, ""}};
    CHECK(tested.assign(first) == chosen{0});
    caller_number const refused[] = {0};
    CHECK(tested.fall_back(guid_for(1), refused, 10) == caller_number{1});
    tenant_to_enter const next[] = {{guid_for(2), 1, ""}};
    CHECK(tested.assign(next) == chosen{0});
}

TEST_SUITE_END();
