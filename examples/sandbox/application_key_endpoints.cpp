#include "examples/sandbox/application_body.hpp"
#include "examples/sandbox/application_keys.hpp"
#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/management_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

// Of the directory, which proofs are made for.
constexpr std::string_view proof_audience = "00000002-0000-0000-c000-000000000000";
constexpr std::chrono::minutes longest_proof{10};
constexpr std::chrono::minutes clock_skew{5};

std::string text_at(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

bool is_proof_in_time(jwt const& proof, time_point now) {
    auto const starts = proof.moment("nbf");
    auto const ends = proof.moment("exp");
    return starts && ends && *ends - *starts <= longest_proof && *starts - clock_skew <= now &&
           now < *ends + clock_skew;
}

// Signed by a certificate that the application has and that is valid now.
bool is_proven(application const& app, std::string const& text, time_point now) {
    auto const proof = parse_jwt(text);
    if (!proof || proof->claim("aud") != proof_audience || proof->claim("iss") != to_string(app.id) ||
        !is_proof_in_time(*proof, now)) {
        return false;
    }
    return std::ranges::any_of(app.keys, [&](key_credential const& each) {
        return each.usable_from <= now && now < each.gone_at && now < each.ends &&
               is_signed_by(*proof, each.certificate);
    });
}

// What Graph says to every proof that it does not accept (microsoft-graph-docs issue 14626).
reply unproven(call const& about) {
    return graph_error(about, 401, "Authentication_MissingOrMalformed", "Access Token missing or malformed.");
}

// keyCredential of the body; nothing if it is none that could be added.
std::optional<json::object> wanted_key(json::object const& body) {
    auto const* const given = body.if_contains("keyCredential");
    if (given == nullptr || !given->is_object() || text_at(given->get_object(), "key").empty()) {
        return std::nullopt;
    }
    json::object const as_list{{"keyCredentials", json::array{*given}}};
    if (check_application(as_list)) return std::nullopt;
    return given->get_object();
}

}  // namespace

reply add_key(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    auto const wanted = wanted_key(*body);
    if (!wanted) {
        return invalid_property(about,
                                "Invalid value specified for property 'keyCredential' of resource "
                                "'Application'.",
                                "InvalidValue", "keyCredential");
    }
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    if (!is_proven(**app, text_at(*body, "proof"), about.now)) return unproven(about);
    auto const made = make_key_credential(all, about, *wanted);
    if (!made) return made.error();
    wanted_credential const asked{credential_type::certificate, made->starts, made->ends};
    if (auto refusal = refuse_by_policy(all, about, (*app)->created, asked)) return std::move(*refusal);
    (*app)->keys.push_back(*made);
    all.record(**app);
    json::object document{{"@odata.context", metadata_context("microsoft.graph.keyCredential")}};
    for (auto& [key, value] : render(*made)) document[key] = std::move(value);
    return json_reply(200, document);
}

reply remove_key(service& all, call const& about) {
    auto const body = json_body(about);
    if (!body) return unreadable_body(about);
    auto const text = text_at(*body, "keyId");
    auto const app = writable_application(all, about);
    if (!app) return app.error();
    if (!is_proven(**app, text_at(*body, "proof"), about.now)) return unproven(about);
    auto& keys = (*app)->keys;
    auto const found = std::ranges::find_if(keys, [&](key_credential const& each) {
        return each.gone_at == never && parse_guid(text) == each.key_id;
    });
    if (found == keys.end()) {
        return bad_request(about, fmt::format("No key credential found with keyId '{}'.", text));
    }
    found->gone_at = seen_after_replication(all, about.now);
    all.record(**app);
    return no_content();
}

}  // namespace poolwright::sandbox
