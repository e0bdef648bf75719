#pragma once

#include "provisioner/judge.hpp"
#include "tests/provisioner/replies.hpp"

#include <chrono>
#include <string_view>

// What the tests of the judgement share.

namespace poolwright::provisioner::test {

// 2026-10-01 10:00:00 UTC
inline constexpr std::chrono::system_clock::time_point judged_at{std::chrono::seconds(1'790'848'800)};

inline constexpr step graph_steps[] = {
    step::resolve_roles,       step::create_application, step::create_principal,    step::grant,
    step::look_up_application, step::search_deleted,     step::restore_application, step::look_up_principal,
    step::add_credential,      step::list_credentials,   step::remove_credential,   step::inspect_application,
    step::inspect_grants,
};
inline constexpr step authority_steps[] = {step::resolve_directory, step::obtain_token, step::prove};

inline judgement judge_reply(step what, http_reply answer) {
    return judge(what, round_trip_result(std::move(answer)), judged_at);
}

inline bool says(judgement const& found, std::string_view words) {
    return found.why.find(words) != std::string_view::npos;
}

}  // namespace poolwright::provisioner::test
