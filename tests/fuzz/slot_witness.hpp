#pragma once

#include "provisioner/key_pair.hpp"
#include "provisioner/slot.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

// Sees every request and reply of a slot, reads them by itself, and ends the process where one of the
// promises about them is broken. Used by slot.cpp.

namespace poolwright::fuzz {

class slot_witness {
public:
    slot_witness(provisioner::slot_policy const& policy, provisioner::private_key const& key)
        : policy_(policy), key_(key) {}

    void sees_request(provisioner::step asked, provisioner::slot_record const& known,
                      provisioner::http_request const& request);

    // `known` as the reply left it.
    void sees_reply(provisioner::step answered, provisioner::http_request const& request,
                    provisioner::round_trip_result const& result, provisioner::slot_record const& known);

    // The process ended and left this: what was not recorded as proven must be proven again.
    void sees_restart(provisioner::slot_record const& known);

    void sees_end(provisioner::slot_record const& known) const;

private:
    void sees_application(std::string const& id, std::string_view body,
                          provisioner::slot_record const& known);
    void sees_secret(provisioner::step answered, std::string_view body,
                     provisioner::slot_record const& known);
    void sees_proof(provisioner::http_request const& request, std::string_view body);
    [[nodiscard]] std::string opened(std::string_view sealed) const;

    provisioner::slot_policy const& policy_;
    provisioner::private_key const& key_;
    std::set<std::string> foreign_;  // object ids that a read showed not to be ours
    std::string sealed_;             // the credential's secret, as it was last seen
    std::set<std::size_t> proven_;   // resources for which it obtained a token that fits
    bool last_proof_fits_ = false;
};

// What a person is told of an application that is not ready: words, in a line that can be shown.
void require_reason(std::string_view why);

}  // namespace poolwright::fuzz
