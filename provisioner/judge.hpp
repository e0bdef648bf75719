#pragma once

#include "provisioner/http_message.hpp"
#include "provisioner/step.hpp"
#include "throttle/retry.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

// What a reply means for the step that it answers. The one place that knows Graph's and the authority's
// refusals; they repeat codes with different texts, so some rules must read the text. Pure.

namespace poolwright::provisioner {

enum class meaning : std::uint8_t {
    done,  // the step is done; also when it turns out to have been done before (a permission already granted)
    already_there,  // the object exists: look it up
    name_taken,     // an application, perhaps a deleted one, holds the uniqueName
    absent,         // what was looked up is not there
    wait,  // throttled, replicating or in the way of another write: `facts` says which; no failed attempt
    transient,         // a failed attempt
    token_refused,     // 401: the tenant's token is no longer good
    slot_pending,      // this application waits for a person
    slot_refused,      // this application cannot be made
    tenant_refused,    // nothing can be made in this tenant
    identity_refused,  // the provisioning identity is not let into this tenant
    untrusted,         // the server is not who it should be
};

struct judgement {
    meaning what = meaning::done;
    throttle::reply_facts facts;  // for throttle::decide
    bool acted = true;            // false: the request certainly changed nothing
    std::string why;  // a sentence for people where `what` is not done; with status, code and request-id
    std::string_view hint = {};  // what to do, with which `why` ends; empty: it does not say

    // `why` without the hint.
    [[nodiscard]] std::string_view bare_why() const noexcept;
};

// `now` is for a Retry-After that is a date, where the reply has no Date. A reply of status 2xx is `done`
// here; whoever reads its body may find otherwise.
judgement judge(step what, round_trip_result const& result, std::chrono::system_clock::time_point now);

// A reply of 2xx whose body is not what was asked for: it may have been acted on.
judgement garbled(step what);

// A successful reply that shows the directory has not caught up yet: a token that lacks a role, an old list.
judgement not_yet(std::string why);

// A successful reply that shows a person is needed, or that the application cannot be made.
judgement stop(meaning what, std::string why);

}  // namespace poolwright::provisioner
