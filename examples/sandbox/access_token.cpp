#include "examples/sandbox/access_token.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes clock_skew{5};  // nbf is that long before iat, as Entra does it

std::string_view text_of(json::object const& object, std::string_view key) {
    auto const* const value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

std::string joined(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& each : names) text += (text.empty() ? "" : " ") + each;
    return text;
}

json::object to_json(token_claims const& claims, guid const& token_id, time_point now) {
    auto const tenant = to_string(claims.tenant);
    auto const principal = to_string(claims.principal);
    json::object payload{{"aud", claims.audience},
                         {"iss", "https://sts.windows.net/" + tenant + "/"},
                         {"iat", unix_seconds(now)},
                         {"nbf", unix_seconds(now - clock_skew)},
                         {"exp", unix_seconds(now + token_lifetime)},
                         {"app_displayname", claims.client_name},
                         {"appid", to_string(claims.client)},
                         {"appidacr", claims.by_assertion ? "2" : "1"},
                         {"idp", "https://sts.windows.net/" + tenant + "/"},
                         {"idtyp", claims.scopes.empty() ? "app" : "user"},
                         {"oid", principal}};
    if (!claims.roles.empty()) payload["roles"] = json::array(claims.roles.begin(), claims.roles.end());
    if (!claims.scopes.empty()) payload["scp"] = joined(claims.scopes);
    payload["sub"] = principal;
    payload["tid"] = tenant;
    payload["uti"] = to_string(token_id);
    payload["ver"] = "1.0";
    return payload;
}

token_claims from_json(json::object const& payload) {
    token_claims claims;
    claims.tenant = parse_guid(text_of(payload, "tid")).value_or(guid{});
    claims.client = parse_guid(text_of(payload, "appid")).value_or(guid{});
    claims.principal = parse_guid(text_of(payload, "oid")).value_or(guid{});
    claims.audience = text_of(payload, "aud");
    claims.client_name = text_of(payload, "app_displayname");
    if (auto const* const roles = payload.if_contains("roles")) {
        for (auto const& role : roles->get_array()) claims.roles.emplace_back(role.get_string());
    }
    for (auto scopes = text_of(payload, "scp"); !scopes.empty();) {
        auto const one = scopes.substr(0, scopes.find(' '));
        claims.scopes.emplace_back(one);
        scopes.remove_prefix(std::min(scopes.size(), one.size() + 1));
    }
    return claims;
}

}  // namespace

token_mint::token_mint(std::uint64_t seed) : signer_(seed ^ 0x7369676E696E67ULL) {}

std::string token_mint::issue(token_claims const& claims, guid const& token_id, time_point now) const {
    auto text = base64url_encode(R"({"typ":"JWT","alg":"HS256","kid":"graph-sandbox"})") + '.' +
                base64url_encode(json::serialize(to_json(claims, token_id, now)));
    auto const signature = signer_.sign(text);
    return text + '.' + base64url_encode(signature);
}

boost::system::result<token_claims, token_problem> token_mint::check(std::string_view token,
                                                                     time_point now) const {
    auto const first = token.find('.');
    auto const last = token.rfind('.');
    if (first == std::string_view::npos || first == last) return token_problem::malformed;
    auto const signature = base64_decode(token.substr(last + 1));
    if (!signature || !signer_.has_signed(token.substr(0, last), *signature))
        return token_problem::bad_signature;
    // Whatever carries this signature was written by issue().
    auto const payload =
        json::parse(base64_decode(token.substr(first + 1, last - first - 1)).value()).get_object();
    if (payload.at("exp").as_int64() <= unix_seconds(now)) return token_problem::expired;
    return from_json(payload);
}

}  // namespace poolwright::sandbox
