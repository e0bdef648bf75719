#pragma once

#include "planner/permission_profile.hpp"
#include "provisioner/expected_names.hpp"
#include "provisioner/inquiry.hpp"
#include "provisioner/management_policy.hpp"
#include "provisioner/slot.hpp"
#include "provisioner/tenant.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Whether apps can be made in one tenant: can we get in, are we allowed, is there room. Reads only.

namespace poolwright::provisioner {

enum class check : std::uint8_t { reach, clock, token, rights, apis, policy, quota, names };
inline constexpr std::size_t checks = 8;
// "reach", "clock", …: what reports call it.
std::string_view to_string(check what) noexcept;

enum class check_outcome : std::uint8_t { ok, not_checked, warning, finding };  // the worst last
// "ok", "not_checked", "warning" or "finding".
std::string_view to_string(check_outcome what) noexcept;

struct check_result {
    check what = check::reach;
    check_outcome result = check_outcome::ok;
    std::string text;    // what was found; why it was not checked
    std::string remedy;  // what mends it; empty: nothing has to
    std::string url;     // where an administrator mends it; empty: nowhere
};

// What the operator wants to make, everywhere.
struct checkup_wishes {
    planner::permission_profile profile;
    credential_kind credential = credential_kind::secret;
    std::optional<std::chrono::days> lifetime = std::chrono::days(730);  // none: as long as is allowed
    bool adopt = false;
    bool restore_deleted = false;
};

// What is to be made in this tenant.
struct checkup_target {
    guid directory_id;
    cloud services;
    expected_names names;        // of the apps that are not ready
    std::int64_t to_create = 0;  // applications that are not there yet
};

// How a checkup ended as a whole.
enum class checkup_end : std::uint8_t { unfinished, well, unreachable, untrusted, identity_refused, refused };

// What mends that nobody answered, or that the one who did is not trusted.
std::string_view remedy_of_silence(bool untrusted) noexcept;

class checkup final : public inquiry {
public:
    // Both references outlive it.
    checkup(checkup_target target, checkup_wishes const& wishes, client_identity const& identity);

    // Only what the tenant allows, of one that was entered just now: its policy for all applications, and
    // room for them. Of the target its names are not looked for.
    checkup(checkup_target target, checkup_wishes const& wishes, client_identity const& identity,
            tenant_access const& entered);

    // What the next requests are made with.
    void take_bearer(std::shared_ptr<secret const> bearer) { access_.bearer = std::move(bearer); }

    [[nodiscard]] std::optional<step> next() const override;
    [[nodiscard]] http_request request(asking_time const& when) const override;
    void absorb(round_trip_result const& result, judgement const& judged,
                std::chrono::system_clock::time_point now) override;

    // At least one for every check, in their order.
    [[nodiscard]] std::vector<check_result> results() const;

    // `refused` where there is a finding that keeps every app from being made; names and the clock do not.
    [[nodiscard]] checkup_end end() const;
    // The first finding of that kind, as a sentence with its remedy; empty if there is none.
    [[nodiscard]] std::string reason() const;

    // What the tenant's policy for all applications allows; none: not known.
    [[nodiscard]] std::optional<credential_rules> const& rules() const noexcept { return rules_; }

private:
    enum class stage : std::uint8_t { token, apis, default_policy, app_policies, quota, live, deleted, done };

    void note_reply(round_trip_result const& result, std::chrono::system_clock::time_point now);
    void absorb_token(round_trip_result const& result, judgement const& judged,
                      std::chrono::system_clock::time_point now);
    void refuse_token(round_trip_result const& result, judgement const& judged);
    void judge_rights();
    void absorb_api(round_trip_result const& result, judgement const& judged);
    void absorb_default_policy(round_trip_result const& result, judgement const& judged,
                               std::chrono::system_clock::time_point now);
    void absorb_app_policies(round_trip_result const& result, judgement const& judged,
                             std::chrono::system_clock::time_point now);
    void judge_policy();
    void judge_secrets(credential_rules const& rules, check_outcome gravity, std::string_view whose);
    void judge_lifetime(std::optional<std::chrono::days> longest, check_outcome gravity,
                        std::string_view whose);
    void absorb_quota(round_trip_result const& result, judgement const& judged);
    void absorb_names(round_trip_result const& result, judgement const& judged);
    void judge_names();
    void go_to(stage next);
    [[nodiscard]] bool must_pass_over(stage next);
    [[nodiscard]] bool is_blocking(check_result const& each) const noexcept;
    [[nodiscard]] std::optional<check_result> clock_result() const;
    [[nodiscard]] std::span<std::string const> rights() const noexcept;
    [[nodiscard]] std::string consent_url() const;
    [[nodiscard]] std::string_view why_not_checked() const;
    void add(check what, check_outcome result, std::string text, std::string remedy = {},
             std::string url = {});

    checkup_target target_;
    checkup_wishes const& wishes_;
    client_identity const& identity_;
    tenant_access access_;
    stage stage_ = stage::token;
    bool only_allowance_ = false;
    std::size_t pool_ = 0;   // whose names are listed
    std::string page_;       // the next page of a list
    std::size_t pages_ = 0;  // read so far, of all lists
    std::size_t apis_found_ = 0;
    std::optional<std::chrono::seconds> skew_;  // of the service's clock, as far as it is the least seen
    std::optional<credential_rules> rules_;
    credential_rules app_rules_;
    checkup_end cut_short_ = checkup_end::well;  // why the later checks were impossible
    std::vector<check_result> found_;
};

}  // namespace poolwright::provisioner
