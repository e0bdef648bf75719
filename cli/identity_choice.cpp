#include "cli/identity_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace poolwright::cli {
namespace {

struct named_kind {
    std::string_view name;
    identity_kind kind;
    std::string_view words;
};

constexpr std::array<named_kind, 6> kinds{{
    {"secret", identity_kind::secret, "its client secret"},
    {"certificate", identity_kind::certificate, "its certificate"},
    {"federated", identity_kind::federated, "a token of its workload's platform"},
    {"managed", identity_kind::managed, "a managed identity"},
    {"refresh-token", identity_kind::refresh_token, "the refresh token of a person"},
    {"device-code", identity_kind::device_code, "a person who signs in with a code"},
}};

named_kind const& facts_of(identity_kind kind) noexcept {
    return *std::find_if(kinds.begin(), kinds.end(), [&](auto const& each) { return each.kind == kind; });
}

// What else the environment gives, since a person may wonder why it is not used.
std::string passed_by(identity_offer const& offer, identity_kind chosen) {
    std::string names;
    for (auto const& each : offer.environment) {
        if (each.kind == chosen) continue;
        names += names.empty() ? "" : ", ";
        names += each.name;
    }
    return names;
}

}  // namespace

std::string_view to_string(identity_kind kind) noexcept {
    return facts_of(kind).name;
}

std::optional<identity_kind> find_identity_kind(std::string_view name) noexcept {
    for (auto const& each : kinds) {
        if (each.name == name) return each.kind;
    }
    return std::nullopt;
}

std::optional<identity_choice> choose_identity(identity_offer const& offer) {
    identity_choice choice;
    if (offer.asked) {
        choice.kind = *offer.asked;
        choice.because = fmt::format("--identity {} says so", to_string(choice.kind));
    } else if (!offer.options.empty()) {
        choice.kind = offer.options.front().kind;
        choice.because = fmt::format("{} is given", offer.options.front().name);
    } else if (!offer.environment.empty()) {
        choice.kind = offer.environment.front().kind;
        choice.because = fmt::format("{} is set", offer.environment.front().name);
    } else {
        return std::nullopt;
    }
    // A refresh token is redeemed with whatever else the environment gives.
    if (choice.kind != identity_kind::refresh_token) choice.passed_by = passed_by(offer, choice.kind);
    return choice;
}

std::string explain(identity_choice const& choice, std::string_view client_id) {
    auto const unused =
        choice.passed_by.empty() ? std::string() : fmt::format(" ({} not used)", choice.passed_by);
    auto const by = client_id.empty() ? std::string() : fmt::format("{} by ", client_id);
    return fmt::format("{}{}, because {}{}", by, facts_of(choice.kind).words, choice.because, unused);
}

}  // namespace poolwright::cli
