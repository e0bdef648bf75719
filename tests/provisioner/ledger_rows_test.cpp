#include "provisioner/ledger_rows.hpp"

#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr auto largest = std::numeric_limits<std::int64_t>::max();

// The row of whose columns one was changed.
template <class Row, class Change>
bool makes_sense(Row const& row, Change const& change) {
    auto columns = columns_of(row);
    change(columns);
    return row_of(std::move(columns)).has_value();
}

}  // namespace

TEST_CASE("a slot's columns are those that are written for it, or make no sense") {
    auto const accepts = [](auto const& change) { return makes_sense(full_slot(3, 7), change); };
    CHECK(accepts([](slot_columns&) {}));
    CHECK(accepts([](slot_columns& is) { is.act_key.clear(); }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.slot += 1; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.pool_id = 0; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.ordinal = 0; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.ordinal += std::int64_t{1} << 32; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.state = "done"; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.proven = 2; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.object_id = "0000000A-0000-0000-0000-000000000001"; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.object_id = to_string(guid{}); }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.intent = to_string(guid_for(1)); }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.since = -1; }));
    CHECK_FALSE(accepts([](slot_columns& is) { is.expires_at = largest; }));
    CHECK_FALSE(
        accepts([](slot_columns& is) { is.unsettled_since = std::numeric_limits<std::int64_t>::min(); }));
}

TEST_CASE("a slot says which certificate it has in the place of a secret") {
    auto slot = full_slot(3, 7);
    slot.record.sealed.clear();
    slot.record.certificate = std::string(64, 'a');
    auto columns = columns_of(slot);
    CHECK(columns.sealed == "certificate:" + slot.record.certificate);
    auto const again = row_of(std::move(columns));
    REQUIRE(again.has_value());
    CHECK(again->record == slot.record);
    for (std::string const wrong : {"certificate:", "certificate:aa", "certificate:Z"})
        CHECK_FALSE(makes_sense(slot, [&](slot_columns& is) { is.sealed = wrong; }));

    certificate_row const row{std::string(64, 'a'), guid_for(1), true, "DER", "sealed", second(1), second(9)};
    CHECK(makes_sense(row, [](certificate_columns&) {}));
    CHECK_FALSE(makes_sense(row, [](certificate_columns& is) { is.fingerprint += 'a'; }));
    CHECK_FALSE(makes_sense(row, [](certificate_columns& is) { is.fingerprint[0] = 'A'; }));
    CHECK_FALSE(makes_sense(row, [](certificate_columns& is) { is.shared = 2; }));
    CHECK_FALSE(makes_sense(row, [](certificate_columns& is) { is.valid_until = largest; }));
}

TEST_CASE("numbers that would leave their range when they are added up make no sense") {
    spent_row const spent{"client", guid_for(1), second(5), 1, 2};
    CHECK(makes_sense(spent, [](spent_columns&) {}));
    CHECK_FALSE(makes_sense(spent, [](spent_columns& is) { is.writes = -1; }));
    CHECK_FALSE(makes_sense(spent, [](spent_columns& is) { is.resource_units = largest; }));
    CHECK_FALSE(makes_sense(spent, [](spent_columns& is) { is.at = largest; }));

    pool_row const pool{1, guid_for(1), "exchange", "exchange", "Contoso", "contoso.example", 5, 2, ""};
    CHECK(makes_sense(pool, [](pool_columns&) {}));
    CHECK_FALSE(makes_sense(pool, [](pool_columns& is) { is.pool_id = std::int64_t{1} << 32; }));
    CHECK_FALSE(makes_sense(pool, [](pool_columns& is) { is.planned = -1; }));
    CHECK_FALSE(makes_sense(pool, [](pool_columns& is) { is.plan_number = largest; }));

    event_row const event{second(5), "tenant_failed", guid_for(1), "", 0, "why", 3};
    CHECK(makes_sense(event, [](event_columns&) {}));
    CHECK_FALSE(makes_sense(event, [](event_columns& is) { is.ordinal = -1; }));
    CHECK_FALSE(makes_sense(event, [](event_columns& is) { is.at = largest; }));
}

TEST_SUITE_END();
