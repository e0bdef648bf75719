#include "provisioner/expected_names.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

TEST_SUITE_BEGIN("provisioner");

using namespace poolwright::provisioner;

namespace {

guid id(std::uint8_t last) {
    guid made;
    made.bytes[15] = last;
    return made;
}

application_facts app(std::string name, bool ours, std::uint8_t intent) {
    application_facts facts;
    facts.unique_name = std::move(name);
    facts.ours = ours;
    facts.intent = id(intent);
    return facts;
}

using names = std::vector<std::string>;

}  // namespace

TEST_CASE("Names: who holds one is told by the tag and the intent") {
    struct {
        bool ours;
        std::uint8_t intent;
        bool deleted;
        name_holder expected;
    } const table[] = {
        {true, 7, false, name_holder::ours},
        {true, 8, false, name_holder::other_ledger},
        {true, 0, false, name_holder::other_ledger},
        {false, 7, false, name_holder::foreign},
        {true, 7, true, name_holder::deleted},
        {true, 8, true, name_holder::deleted_other},
        {false, 0, true, name_holder::deleted_foreign},
    };
    for (auto const& row : table) {
        expected_names all;
        all.add("exchange", 1, id(7));
        all.add("exchange", 2, {});
        all.see(app("poolwright-exchange-0001", row.ours, row.intent), row.deleted);
        all.see(app("poolwright-exchange-0003", true, 9), false);
        CHECK(all.held_by(row.expected) == names{"poolwright-exchange-0001"});
        CHECK(all.held_by(name_holder::nobody) == names{"poolwright-exchange-0002"});
    }
}

TEST_CASE("Names: an app of which the ledger knows nothing is not ours by an empty intent") {
    expected_names all;
    all.add("exchange", 1, {});
    all.see(app("poolwright-exchange-0001", true, 0), false);
    CHECK(all.held_by(name_holder::other_ledger) == names{"poolwright-exchange-0001"});
}

TEST_CASE("Names: each pool is listed once") {
    expected_names all;
    for (std::int32_t i = 1; i <= 3; ++i) {
        all.add("one", i, {});
        all.add("two", i, {});
    }
    CHECK(all.pools() == names{"one", "two"});
    CHECK(all.size() == 6);
}

TEST_SUITE_END();
