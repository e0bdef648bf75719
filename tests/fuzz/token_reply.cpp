#include "planner/permission_profile.hpp"
#include "provisioner/http_wire.hpp"
#include "provisioner/tenant.hpp"
#include "provisioner/token.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/reply_text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <sodium.h>

#include <algorithm>

// The authority: Reply (to a token request, as reply_text.hpp writes it), Claims (of a token in a good
// reply), Form (the client id and secret of a token request), Tenant (of a request for a directory id).

namespace poolwright::fuzz {

namespace {

namespace json = boost::json;
using namespace provisioner;
using namespace std::chrono_literals;

void check_token(access_token const& token) {
    require(token.text != nullptr && !token.text->empty(), "a token has a text");
    auto const text = token.text->reveal();
    require(std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; }),
            "a token can stand in a header");
    require(token.expires_in >= 0s && token.expires_in <= 24h, "a token lives for a day at most");
    auto const dots = std::count(text.begin(), text.end(), '.');
    require(dots >= 2 || (token.roles.empty() && token.audience.empty()), "what has no claims has no roles");
    require(is_utf8(token.audience) && std::all_of(token.roles.begin(), token.roles.end(), is_utf8),
            "claims are UTF-8");
}

// What the reply does to a tenant: it is entered only with a token, and only after a 200.
void check_tenant(http_reply const& reply) {
    tenant_access access;
    access.services = *find_cloud("global");
    auto const now = std::chrono::steady_clock::time_point(1h);
    client_identity const identity{"11111111-2222-3333-4444-555555555555", {}};
    http_reply copy{reply.status, reply.headers, reply.body.clone()};
    auto const found = absorb(step::obtain_token, access, planner::built_in_profiles().front(), identity,
                              round_trip_result(std::move(copy)), now, {});
    require((found.what == meaning::done) == (access.bearer != nullptr), "a tenant is entered with a token");
    if (!access.bearer) return require(!found.why.empty(), "what is not done is said in words");
    require(reply.status == 200, "only 200 brings a token");
    require(access.renew_at > now && access.renew_at <= now + 24h, "a token is replaced within its life");
}

void fuzz_reply(http_reply const& reply) {
    auto const read = read_token_reply(reply);
    if (read) {
        require(reply.status == 200, "only 200 brings a token");
        check_token(*read);
    } else {
        require(read.error().text.find_first_of("\r\n") == std::string::npos, "a refusal is one line");
    }
    auto const directory = read_directory_reply(reply);
    if (!directory.empty())
        require(reply.body.reveal().find("/v2.0") != std::string_view::npos ||
                    reply.body.reveal().find('\\') != std::string_view::npos,
                "a directory id is that of an issuer");
    check_tenant(reply);
}

std::string base64url(std::string_view text) {
    constexpr auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(text.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<unsigned char const*>(text.data()),
                      text.size(), variant);
    out.pop_back();  // the terminating zero
    return out;
}

void fuzz_claims(std::string_view claims) {
    json::object const body{{"token_type", "Bearer"},
                            {"expires_in", 3599},
                            {"access_token", "e30." + base64url(claims) + ".c2ln"}};
    fuzz_reply({200, {}, secret(json::serialize(body))});
}

// The request that carries a secret is one that any server reads as it was meant.
void fuzz_form(std::string_view client_id, std::string_view client_secret) {
    auto const authority = find_cloud("global")->authority;
    token_question question;
    question.authority = &authority;
    question.client_id = client_id;
    question.resource_application_id = "resource";
    auto const request = token_request(question, std::make_shared<secret const>(client_secret));
    check(request);
    auto const form = read_form(request.body.reveal());
    decltype(form) const expected{{"grant_type", "client_credentials"},
                                  {"client_id", std::string(client_id)},
                                  {"client_secret", std::string(client_secret)},
                                  {"scope", "resource/.default"}};
    require(form == expected, "a form is read as it was meant");
}

void fuzz_tenant(std::string_view tenant) {
    auto const request = directory_request(find_cloud("global")->authority, tenant);
    check(request);
    constexpr std::string_view behind = "/v2.0/.well-known/openid-configuration";
    require(request.target.ends_with(behind), "nothing of a tenant's name is taken for a path");
    auto const name = request.target.substr(1, request.target.size() - behind.size() - 1);
    require(name.find_first_of("/?#&\\") == std::string::npos,
            "nothing of a tenant's name is taken for a path");
    require(percent_decoded(name) == tenant, "a tenant's name is sent as it is");
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    switch (in.byte()) {
        case 'R':
            return fuzz_reply(reply_of(in.rest()));
        case 'C':
            return fuzz_claims(in.rest());
        case 'F': {
            auto const client_id = in.text();
            return fuzz_form(client_id, in.rest());
        }
        case 'T':
            return fuzz_tenant(in.rest());
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
