#include "provisioner/key_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <set>
#include <thread>
#include <vector>

// Nothing here waits for a time: the loop itself ends once nobody waits for a key.

TEST_SUITE_BEGIN("provisioner");

using namespace poolwright::provisioner;

namespace {

struct key_world {
    boost::asio::io_context loop;
    std::optional<key_thread> keys{std::in_place, loop.get_executor()};
    std::thread::id here = std::this_thread::get_id();
    std::vector<int> given;                               // numbers of those who got one, in order
    std::set<std::array<unsigned char, 32>> thumbprints;  // one for each key
    bool asking = false;

    void ask(int number) {
        asking = true;
        keys->ask([this, number](std::exception_ptr failed, rsa_key const& key) {
            CHECK_FALSE(asking);
            CHECK(std::this_thread::get_id() == here);
            REQUIRE_FALSE(failed);
            given.push_back(number);
            certificate_facts const same{.name = "key",
                                         .serial = {},
                                         .from = {},
                                         .until = std::chrono::sys_days{std::chrono::days(1)}};
            thumbprints.insert(certificate::make(key, same).fingerprint());
        });
        asking = false;
    }
};

}  // namespace

TEST_CASE(
    "keys are handed over in turn, each another one, on the loop's thread and not within the question") {
    key_world of;
    of.ask(1);
    of.ask(2);
    of.loop.run();
    CHECK(of.given == std::vector{1, 2});
    CHECK(of.thumbprints.size() == 2);

    // Those that were made ahead are others, too.
    of.ask(3);
    of.loop.restart();
    of.loop.run();
    CHECK(of.given == std::vector{1, 2, 3});
    CHECK(of.thumbprints.size() == 3);
}

TEST_CASE("a loop in which nobody waits for a key is not kept from ending") {
    key_world of;
    CHECK(of.loop.run() == 0);
}

TEST_CASE(
    "whoever still waits for a key when a run ends gets none, and nothing is waited for but what is being "
    "made") {
    key_world of;
    for (int number = 0; number < 100; ++number) of.ask(number);
    of.keys.reset();
    CHECK(of.given.empty());
}

TEST_SUITE_END();
