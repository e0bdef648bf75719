#include "tests/fuzz/slot_witness.hpp"

#include "cli/text.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <sodium.h>

#include <algorithm>
#include <optional>

namespace poolwright::fuzz {

namespace {

namespace json = boost::json;
using namespace provisioner;

std::optional<json::object> object_in(std::string_view body) {
    boost::system::error_code failed;
    auto const value = json::parse(body, failed);
    if (failed || !value.is_object()) return std::nullopt;
    return value.get_object();
}

std::string text_of(json::object const& object, std::string_view key) {
    auto const* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(std::string_view(found->get_string()))
                                                  : std::string();
}

json::array array_of(json::object const& object, std::string_view key) {
    auto const* found = object.if_contains(key);
    return found != nullptr && found->is_array() ? found->get_array() : json::array();
}

// In lower case; empty if it is none.
std::string id_of(json::object const& object, std::string_view key) {
    auto const id = parse_guid(text_of(object, key));
    return id && !id->empty() ? to_string(*id) : std::string();
}

// Whether its tags are those that the slot's application carries.
bool carries(json::object const& application, guid const& intent) {
    constexpr std::string_view before = "poolwright:intent=";
    bool tagged = false;
    guid carried;
    for (auto const& each : array_of(application, "tags")) {
        if (!each.is_string()) continue;
        std::string_view const tag = each.get_string();
        tagged |= tag == "poolwright";
        if (tag.starts_with(before)) carried = parse_hex(tag.substr(before.size())).value_or(guid{});
    }
    return tagged && carried == intent;
}

bool is_word(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// What stands behind the first dot of a token.
std::optional<json::object> claims_of(std::string_view token) {
    auto const first = token.find('.');
    auto const second = token.find('.', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
    auto const part = token.substr(first + 1, second - first - 1);
    std::string text(part.size(), '\0');
    std::size_t size = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), part.data(),
                          part.size(), nullptr, &size, nullptr,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return std::nullopt;
    return object_in(std::string_view(text).substr(0, size));
}

bool stands_for(std::string audience, std::string_view api) {
    if (audience == api) return true;
    if (audience.ends_with('/')) audience.pop_back();
    if (api == "00000003-0000-0000-c000-000000000000") return audience == "https://graph.microsoft.com";
    return api == "00000002-0000-0ff1-ce00-000000000000" &&
           (audience == "https://outlook.office365.com" || audience == "https://outlook.office.com");
}

bool fits(json::object const& claims, planner::profile_resource const& resource) {
    auto const roles = array_of(claims, "roles");
    return stands_for(text_of(claims, "aud"), resource.application_id) &&
           std::all_of(resource.permissions.begin(), resource.permissions.end(), [&](auto const& each) {
               return std::find(roles.begin(), roles.end(), json::value(each)) != roles.end();
           });
}

// The credential that a reply brought, if it brought one whole.
std::optional<json::object> credential_in(step answered, std::string_view body) {
    auto const document = object_in(body);
    if (!document) return std::nullopt;
    auto found = document;
    if (answered == step::create_application) {
        auto const all = array_of(*document, "passwordCredentials");
        if (all.empty() || !all.front().is_object()) return std::nullopt;
        if (id_of(*document, "id").empty() || id_of(*document, "appId").empty()) return std::nullopt;
        found = all.front().get_object();
    }
    if (id_of(*found, "keyId").empty() || text_of(*found, "secretText").empty()) return std::nullopt;
    return found;
}

}  // namespace

void slot_witness::sees_request(step asked, slot_record const& known, http_request const& request) {
    require(is_word(request.target), "a target is one word");
    bool const of_authority = asked == step::prove;
    require(request.to.host == (of_authority ? "login.microsoftonline.com" : "graph.microsoft.com"),
            "a slot asks Graph, and for its proof the authority");
    require((request.bearer != nullptr) != of_authority, "only Graph is shown the provisioner's token");
    require((request.credential != nullptr) == of_authority, "only the authority is shown the new secret");
    if (of_authority || request.method == http_method::get) return;
    require(foreign_.count(to_string(known.object_id)) == 0, "nothing is written for what is not ours");
    for (auto const& id : foreign_)
        require(request.target.find(id) == std::string::npos, "nothing is written to what is not ours");
}

void slot_witness::sees_reply(step answered, http_request const& request, round_trip_result const& result,
                              slot_record const& known) {
    if (known.sealed != sealed_) {
        proven_.clear();
        last_proof_fits_ = false;
    }
    bool const came = result.has_value() && result->status >= 200 && result->status < 300;
    auto const body = came ? result->body.reveal() : std::string_view();
    switch (came ? answered : step::finished) {
        case step::create_application:
        case step::add_credential:
            sees_secret(answered, body, known);
            break;
        case step::look_up_application:
            if (auto const shown = object_in(body)) sees_application(id_of(*shown, "id"), body, known);
            break;
        case step::inspect_application:
        case step::list_credentials:
            sees_application(to_string(known.object_id), body, known);
            break;
        case step::prove:
            if (result->status == 200) sees_proof(request, body);
            break;
        default:
            require(known.sealed.empty() || known.sealed == sealed_,
                    "no secret is recorded that no reply brought");
    }
    sealed_ = known.sealed;
}

void slot_witness::sees_application(std::string const& id, std::string_view body, slot_record const& known) {
    auto const shown = object_in(body);
    if (!shown || id.empty()) return;
    if (carries(*shown, known.intent)) {
        foreign_.erase(id);
    } else {
        foreign_.insert(id);
    }
}

void slot_witness::sees_secret(step answered, std::string_view body, slot_record const& known) {
    auto const brought = credential_in(answered, body);
    require((known.sealed != sealed_) == brought.has_value(),
            "a secret is recorded when a reply brings one, and then always");
    // What the directory has just made for us is ours, whatever it showed before.
    if (answered == step::create_application) foreign_.erase(to_string(known.object_id));
    if (!brought) return;
    require(opened(known.sealed) == text_of(*brought, "secretText"), "it is sealed as it came");
    require(to_string(known.key_id) == id_of(*brought, "keyId"), "and under its own key id");
}

void slot_witness::sees_proof(http_request const& request, std::string_view body) {
    auto const document = object_in(body);
    auto const token = document ? text_of(*document, "access_token") : std::string();
    // What is no token at all says nothing of the secret.
    if (token.empty() || !is_word(token)) return;
    auto const claims = claims_of(token);
    auto const& resources = policy_.profile.resources;
    last_proof_fits_ = false;
    for (std::size_t i = 0; i < resources.size(); ++i) {
        if (request.body.reveal().find(resources[i].application_id) == std::string_view::npos) continue;
        last_proof_fits_ = claims && fits(*claims, resources[i]);
        if (last_proof_fits_) proven_.insert(i);
    }
}

void slot_witness::sees_restart(slot_record const& known) {
    if (!known.proven || known.sealed != sealed_) {
        proven_.clear();
        last_proof_fits_ = false;
    }
    sealed_ = known.sealed;
}

void slot_witness::sees_end(slot_record const& known) const {
    require(known.proven && last_proof_fits_ && proven_.size() == policy_.profile.resources.size(),
            "a slot is ready after a token for each API with the roles and the audience that it needs");
    require(!opened(known.sealed).empty(), "the private key opens the secret of a slot that is ready");
    require(!known.object_id.empty() && !known.application_id.empty() && !known.principal_id.empty() &&
                !known.key_id.empty(),
            "what is ready has all of its ids");
    require(known.act == slot_act::none, "nothing of what is ready has an unknown outcome");
    require(known.adopted || known.unsettled_since == wall_seconds{},
            "no credential that nobody knows is left on what is ready");
    require(foreign_.count(to_string(known.object_id)) == 0, "what is ready is ours");
}

std::string slot_witness::opened(std::string_view sealed) const {
    auto const text = key_.open(sealed);
    return text ? std::string(text->reveal()) : std::string();
}

void require_reason(std::string_view why) {
    require(is_utf8(why), "a reason is UTF-8");
    require_one_line(cli::visible(why));
    constexpr std::size_t longest = 2'000;
    require(why.size() < longest, "a reason is no longer than a person reads");
}

}  // namespace poolwright::fuzz
