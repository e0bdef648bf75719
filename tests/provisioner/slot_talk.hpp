#pragma once

#include "provisioner/slot.hpp"
#include "tests/provisioner/replies.hpp"

#include <functional>
#include <string>
#include <vector>

// A conversation with one slot, as the fleet loop holds it: what is asked next, what is answered, what that
// changed. Answers that a test does not give are those of a directory in which all is well.

namespace poolwright::provisioner::test {

class slot_talk {
public:
    explicit slot_talk(std::string_view profile = "commvault-exchange-2020");

    slot_policy policy;
    cloud services = *find_cloud("global");
    std::vector<app_role> roles;  // one for each permission of the profile
    private_key key = private_key::generate();
    std::chrono::system_clock::time_point now{std::chrono::seconds(1'790'000'000)};
    slot what;
    // What the fleet makes for a slot that lacks one.
    std::shared_ptr<certificate const> pair;

    verdict last;          // of the last answer
    http_request asked;    // the last request
    bool intent_recorded;  // before it was sent

    [[nodiscard]] step next() const { return next_step(what, policy); }
    [[nodiscard]] wall_seconds second() const { return std::chrono::floor<std::chrono::seconds>(now); }

    // Asks for the next step and takes the answer in, which comes a second later.
    meaning answer(round_trip_result result);
    meaning answer(http_reply reply) { return answer(round_trip_result(std::move(reply))); }
    // The same, with the answer of a directory in which all is well.
    meaning go_on();
    // Goes on until that step is next; the steps that were taken.
    std::vector<step> go_on_to(step end);
    std::vector<step> finish() { return go_on_to(step::finished); }

    // The fleet loop gives the slot up for this run and records that.
    void settle(slot_state end);
    // The process ends and another takes the record up as it is on disk.
    void restart(bool with_key, bool verify = false);

    // Our application as a look-up shows it: with our tags and the present credential.
    [[nodiscard]] shown_application ours() const;
    // The same, made by another ledger.
    [[nodiscard]] shown_application theirs() const;
    // The secret that the record holds, opened.
    [[nodiscard]] std::string sealed_secret() const;

private:
    [[nodiscard]] slot_surroundings around() const;
    [[nodiscard]] http_reply usual(step asked_for);

    public_key seal_to_ = key.public_half();
    std::function<std::uint64_t()> random_;
    std::shared_ptr<secret const> bearer_ = std::make_shared<secret const>("bearer-of-the-provisioner");
    slot_record on_disk_;
    std::uint8_t keys_made_ = 0;
};

}  // namespace poolwright::provisioner::test
