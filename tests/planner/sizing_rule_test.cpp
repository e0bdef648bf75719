#include "planner/sizing_rule.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

sizing_rule const& rule(std::string_view name) {
    return *find_rule(name);
}

// The definition in the documentation, in wider integers and without a short cut.
std::int64_t apps_by_definition(sizing_rule const& of, std::int64_t mailboxes, int growth) {
    __extension__ using wide = __int128;
    wide const m = (static_cast<wide>(mailboxes) * (100 + growth) + 99) / 100;
    if (m == 0) return 0;
    wide const above = std::max<wide>(0, m - of.base_mailboxes);
    wide apps = of.base_apps;
    if (of.step_mailboxes) {
        wide const step = *of.step_mailboxes;
        apps += of.round == rounding::up ? (above + step - 1) / step : above / step;
    }
    if (of.max) apps = std::min<wide>(apps, *of.max);
    return static_cast<std::int64_t>(std::max<wide>(apps, of.min));
}

// Looks at every larger count up to `end`; the counts below `end` that need more apps, the smallest first.
std::optional<std::int64_t> next_by_search(sizing_rule const& of, std::int64_t mailboxes, int growth,
                                           std::int64_t end) {
    auto const apps = apps_by_definition(of, mailboxes, growth);
    for (auto n = mailboxes + 1; n < end; ++n) {
        if (apps_by_definition(of, n, growth) > apps) return n;
    }
    return std::nullopt;
}

sizing_rule made(std::int64_t base_apps, std::int64_t base_mailboxes, std::optional<std::int64_t> step,
                 rounding round, std::int64_t min, std::optional<std::int64_t> max) {
    return {"made", "exchange", base_apps, base_mailboxes, step, round, min, max, "", "2026-01-31"};
}

}  // namespace

TEST_CASE("the built-in rules at every published boundary") {
    struct row {
        std::int64_t mailboxes, exchange, exchange_2022e, in_2024;
    };
    std::array<row, 26> const table{{{0, 0, 0, 0},
                                     {1, 5, 5, 1},
                                     {999, 5, 5, 1},
                                     {1000, 5, 5, 1},
                                     {1001, 5, 5, 2},
                                     {2499, 5, 5, 3},
                                     {2500, 5, 5, 3},
                                     {2501, 6, 5, 3},
                                     {3499, 6, 5, 4},
                                     {3500, 6, 6, 4},
                                     {3501, 7, 6, 4},
                                     {4500, 7, 7, 5},
                                     {4501, 8, 7, 5},
                                     {5000, 8, 7, 5},
                                     {7500, 10, 10, 8},
                                     {9000, 12, 11, 9},
                                     {9001, 12, 11, 10},
                                     {10000, 13, 12, 10},
                                     {10001, 13, 12, 10},
                                     {12500, 15, 15, 10},
                                     {25000, 28, 27, 10},
                                     {50000, 53, 52, 10},
                                     {100000, 103, 102, 10},
                                     {999'999'500, 1'000'002, 1'000'002, 10},
                                     {999'999'501, 1'000'003, 1'000'002, 10},
                                     {1'000'000'000, 1'000'003, 1'000'002, 10}}};
    for (auto const& [mailboxes, exchange, exchange_2022e, in_2024] : table) {
        CAPTURE(mailboxes);
        CHECK(apps_for(rule("commvault-exchange"), mailboxes, 0) == exchange);
        CHECK(apps_for(rule("commvault-exchange-2022e"), mailboxes, 0) == exchange_2022e);
        CHECK(apps_for(rule("commvault-2024"), mailboxes, 0) == in_2024);
        CHECK(apps_for(rule("single-app"), mailboxes, 0) == (mailboxes == 0 ? 0 : 1));
    }
}

TEST_CASE("growth is rounded up to whole mailboxes") {
    auto const& exchange = rule("commvault-exchange");
    CHECK(apps_for(exchange, 2500, 0) == 5);
    CHECK(apps_for(exchange, 2500, 1) == 6);
    CHECK(apps_for(exchange, 2083, 20) == 5);  // 2,499.6 is 2,500
    CHECK(apps_for(exchange, 2084, 20) == 6);  // 2,500.8 is 2,501
    CHECK(apps_for(exchange, 0, 1000) == 0);
    CHECK(apps_for(exchange, 1'000'000'000, 1000) == 5 + 10'999'998);
}

TEST_CASE("the reason explains every number") {
    struct row {
        std::string_view rule;
        std::int64_t mailboxes;
        int growth;
        std::string_view reason;
    };
    std::array<row, 13> const table{
        {{"commvault-exchange", 0, 0, "0 mailboxes: no app"},
         {"commvault-exchange", 0, 50, "0 mailboxes: no app"},
         {"commvault-exchange", 1, 0, "base 5 for ≤ 2,500"},
         {"commvault-exchange", 2501, 0, "base 5 for ≤ 2,500; +1 for 1 above"},
         {"commvault-exchange", 2400, 20,
          "2,400 mailboxes + 20 % growth = 2,880: base 5 for ≤ 2,500; +1 for 380 above"},
         {"commvault-exchange", 1'000'000'000, 1000,
          "1,000,000,000 mailboxes + 1,000 % growth = 11,000,000,000: base 5 for ≤ 2,500; +10,999,998 for "
          "10,999,997,500 above"},
         {"commvault-exchange-2022e", 3499, 0,
          "base 5 for ≤ 2,500; +0 for 999 above, counting every full 1,000"},
         {"commvault-exchange-2022e", 3500, 0,
          "base 5 for ≤ 2,500; +1 for 1,000 above, counting every full 1,000"},
         {"commvault-2024", 2500, 0, "1 per 1,000: 3 for 2,500"},
         {"commvault-2024", 50000, 0, "1 per 1,000: 50 for 50,000; capped at 10"},
         {"commvault-2024", 10000, 0, "1 per 1,000: 10 for 10,000"},
         {"single-app", 7, 0, "base 1 for any number of mailboxes"},
         {"single-app", 100, 10, "100 mailboxes + 10 % growth = 110: base 1 for any number of mailboxes"}}};
    for (auto const& [name, mailboxes, growth, reason] : table) {
        CHECK(size(rule(name), mailboxes, growth).reason == reason);
    }
    CHECK(size(made(0, 0, 100, rounding::down, 3, 5), 99, 0).reason ==
          "1 per full 100: 0 for 99; raised to the least of 3");
    CHECK(size(made(2, 10, 100, rounding::up, 3, std::nullopt), 10, 0).reason ==
          "base 2 for ≤ 10; raised to the least of 3");
    CHECK(size(made(9, 10, 100, rounding::up, 0, 4), 10, 0).reason == "base 9 for ≤ 10; capped at 4");
}

TEST_CASE("next_app_at of the built-in rules") {
    struct row {
        std::string_view rule;
        std::int64_t mailboxes;
        int growth;
        std::optional<std::int64_t> next;
    };
    std::array<row, 17> const table{{{"commvault-exchange", 0, 0, 1},
                                     {"commvault-exchange", 1, 0, 2501},
                                     {"commvault-exchange", 2500, 0, 2501},
                                     {"commvault-exchange", 2501, 0, 3501},
                                     {"commvault-exchange", 2083, 20, 2084},
                                     {"commvault-exchange", 999'999'500, 0, 999'999'501},
                                     {"commvault-exchange", 999'999'501, 0, std::nullopt},
                                     {"commvault-exchange", 1'000'000'000, 1000, std::nullopt},
                                     {"commvault-exchange-2022e", 2500, 0, 3500},
                                     {"commvault-exchange-2022e", 3500, 0, 4500},
                                     {"commvault-2024", 0, 0, 1},
                                     {"commvault-2024", 1000, 0, 1001},
                                     {"commvault-2024", 9000, 0, 9001},
                                     {"commvault-2024", 9001, 0, std::nullopt},
                                     {"commvault-2024", 90'000, 0, std::nullopt},
                                     {"single-app", 0, 0, 1},
                                     {"single-app", 1, 0, std::nullopt}}};
    for (auto const& [name, mailboxes, growth, next] : table) {
        CAPTURE(mailboxes);
        CHECK(size(rule(name), mailboxes, growth).next_app_at == next);
    }
}

TEST_CASE("next_app_at is what a search finds, for every kind of rule") {
    std::vector<sizing_rule> rules;
    for (auto const round : {rounding::up, rounding::down}) {
        for (std::int64_t const base_apps : {0, 1, 5}) {
            for (std::int64_t const base_mailboxes : {0, 1, 7, 20}) {
                for (std::int64_t const step : {1, 3, 10}) {
                    for (std::int64_t const min : {0, 2, 6}) {
                        for (std::int64_t const max : {6, 9, 1000}) {
                            rules.push_back(made(base_apps, base_mailboxes, step, round, min, max));
                        }
                    }
                }
            }
        }
    }
    rules.push_back(made(3, 5, std::nullopt, rounding::up, 0, std::nullopt));
    rules.push_back(made(0, 5, std::nullopt, rounding::up, 0, 0));
    constexpr std::int64_t end = 220;  // the widest gap between two thresholds is (6 + 1) × 10 + 20
    for (auto const& one : rules) {
        for (int const growth : {0, 1, 20, 33, 100, 1000}) {
            for (std::int64_t mailboxes = 0; mailboxes < 100; ++mailboxes) {
                auto const sized = size(one, mailboxes, growth);
                REQUIRE(sized.apps == apps_by_definition(one, mailboxes, growth));
                REQUIRE_MESSAGE(sized.next_app_at == next_by_search(one, mailboxes, growth, end),
                                fmt::format("base {} for {}, step {}, min {}, growth {}, mailboxes {}",
                                            one.base_apps, one.base_mailboxes, one.step_mailboxes.value_or(0),
                                            one.min, growth, mailboxes));
            }
        }
    }
}

TEST_CASE("the largest rules, counts and growth do not overflow") {
    for (auto const round : {rounding::up, rounding::down}) {
        for (std::int64_t const step : {std::int64_t{1}, most_in_rule}) {
            for (std::int64_t const min : {std::int64_t{0}, most_in_rule}) {
                auto const one = made(step == 1 ? most_in_rule : 0, 0, step, round, min, std::nullopt);
                for (std::int64_t const mailboxes : {std::int64_t{1}, most_mailboxes - 1, most_mailboxes}) {
                    for (int const growth : {0, most_growth_percent}) {
                        auto const sized = size(one, mailboxes, growth);
                        CHECK(sized.apps == apps_by_definition(one, mailboxes, growth));
                        if (!sized.next_app_at) continue;
                        CHECK(*sized.next_app_at > mailboxes);
                        CHECK(apps_for(one, *sized.next_app_at, growth) > sized.apps);
                        CHECK(apps_for(one, *sized.next_app_at - 1, growth) == sized.apps);
                    }
                }
            }
        }
    }
}

TEST_CASE("what a rule fits") {
    CHECK(rule("single-app").fits("teams"));
    CHECK(rule("commvault-2024").fits("exchange"));
    CHECK_FALSE(rule("commvault-2024").fits("onedrive"));
    CHECK(find_rule("commvault") == nullptr);
    CHECK(built_in_rules().front().name == "commvault-exchange");
    CHECK(built_in_rule_names().size() == 4);
}

TEST_SUITE_END();
