#pragma once

#include "throttle/budget.hpp"

#include <cstdint>

// A budget that believes the published quota until a reply says otherwise. The real one may be lower: other
// tools call as the same application or in the same tenant, the service is loaded, or its window has another
// shape. The pacer holds one for every quota.

namespace poolwright::throttle {

class learning_budget {
public:
    explicit learning_budget(quota const& published);

    // The earliest instant, not before `now`, at which a call may be sent. Keeps a small reserve, since calls
    // arrive at the service closer together than they were sent.
    [[nodiscard]] steady_point earliest(std::int64_t cost, steady_point now) const;

    // The call was sent at `at`.
    void charge(std::int64_t cost, steady_point at);

    // Which share of what is believed to be the limit counts as spent.
    [[nodiscard]] double used(steady_point now) const { return spent_.used(now); }

    // The reply to a call that was sent at `sent` told which share of this quota is spent
    // (x-ms-throttle-limit-percentage, from 0.8 on). Where that is more than is known here, somebody else
    // spends too, or the limit is lower: then a twentieth of it is left free, so that no call is sent into a
    // quota that others have just used up.
    void told_used(double share, steady_point sent, steady_point now);

    // The service refused a call of that cost, sent at `sent`, because of this quota, until `until`. The
    // limit is lowered to what was let through since it was reached before (multiplicative decrease: by 3 to
    // 30 %), once for all that was under way when it was reached.
    //
    // Gives when to call again: at `until`, or later where nothing got through since the refusal before:
    // twice as late each time, though no more than a window from now. Refused calls count, and whoever else
    // calls as the same application was told to wait, too: if both came back to the minute, they could keep
    // each other out for ever.
    [[nodiscard]] steady_point refused(std::int64_t cost, steady_point sent, steady_point until,
                                       steady_point now);

    // What is believed to be the limit, in units per window of the published quota. After a refusal it grows
    // again by a hundredth of the published one in every thirtieth of a window (additive increase).
    [[nodiscard]] std::int64_t limit() const noexcept { return spent_.what().limit; }

private:
    void grow(steady_point now);
    [[nodiscard]] double let_through(steady_point until) const;
    [[nodiscard]] steady_point try_again_at(steady_point until, steady_point now) const;

    budget spent_;
    std::int64_t published_;
    // When the limit may be used again that was reached last, or, before that, the window began that ends
    // with the first call: what is sent from then on counts for the next estimate.
    steady_point since_ = steady_point::max();
    std::int64_t sent_ = 0;
    int refused_in_a_row_ = 0;  // with nothing let through between
    steady_point grown_;        // while the limit is below the published one: when it was raised last
};

}  // namespace poolwright::throttle
