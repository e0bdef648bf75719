#include "examples/sandbox/application_keys.hpp"

#include "examples/sandbox/consistency.hpp"
#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/jwt.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_name = 90;  // what is longer is cut (resource page of keyCredential)

std::string text_at(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

time_point date_at(json::object const& from, std::string_view name, time_point otherwise) {
    return parse_timestamp(text_at(from, name)).value_or(otherwise);
}

// Upper-case hexadecimal, as the portal shows a thumbprint.
std::string hexadecimal(std::string const& bytes) {
    std::string text;
    for (auto const c : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(c));
    return text;
}

std::string padded_base64(std::string const& bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                    reinterpret_cast<unsigned char const*>(bytes.data()), static_cast<int>(bytes.size()));
    return text;
}

reply no_certificate(call const& about) {
    return invalid_property(about,
                            "Invalid value specified for property 'keyCredentials' of resource "
                            "'Application'.",
                            "InvalidValue", "keyCredentials");
}

// Reads and the token endpoint go on to see it for a while; a second removal does not prolong that.
key_credential removed(service& all, call const& about, key_credential one) {
    one.gone_at = std::min(one.gone_at, seen_after_replication(all, about.now));
    return one;
}

bool keeps(json::object const& wanted, key_credential const& present) {
    if (present.gone_at != never) return false;
    auto const key = text_at(wanted, "key");
    if (!key.empty()) return base64_decode(key) == present.certificate;
    return parse_guid(text_at(wanted, "keyId")) == present.key_id;
}

}  // namespace

boost::system::result<key_credential, reply> make_key_credential(service& all, call const& about,
                                                                 json::object const& wanted) {
    key_credential made;
    made.certificate = base64_decode(text_at(wanted, "key")).value_or("");
    auto const facts = read_certificate(made.certificate);
    if (!facts) return no_certificate(about);
    made.starts = date_at(wanted, "startDateTime", facts->starts);
    made.ends = date_at(wanted, "endDateTime", facts->ends);
    if (made.ends > facts->ends || made.ends <= made.starts) {
        return graph_error(about, 400, "KeyCredentialsInvalidEndDate", "Key credential end date is invalid.");
    }
    made.name = text_at(wanted, "displayName").substr(0, longest_name);
    made.identifier = text_at(wanted, "customKeyIdentifier");
    made.key_id = parse_guid(text_at(wanted, "keyId")).value_or(all.random.new_guid());
    made.usable_from = std::max(made.starts, usable_after_secret_lag(all, about.now));
    made.listed_from = seen_after_replication(all, about.now);
    return made;
}

boost::system::result<std::vector<key_credential>, reply> replaced_keys(
    service& all, call const& about, std::span<key_credential const> present, json::array const& wanted) {
    std::vector<key_credential> next;
    for (auto const& each : wanted) {
        auto const& one = each.get_object();
        auto const found = std::ranges::find_if(present, [&](auto const& kept) { return keeps(one, kept); });
        if (found != present.end()) {
            next.push_back(*found);
            continue;
        }
        auto made = make_key_credential(all, about, one);
        if (!made) return made.error();
        next.push_back(std::move(*made));
    }
    for (auto const& each : present) {
        auto const stays = std::ranges::find(next, each.key_id, &key_credential::key_id) != next.end();
        if (!stays) next.push_back(removed(all, about, each));
    }
    return next;
}

json::object render(key_credential const& one) {
    return {{"customKeyIdentifier",
             one.identifier.empty() ? hexadecimal(sha1_of(one.certificate)) : one.identifier},
            {"displayName", one.name.empty() ? json::value() : json::value(one.name)},
            {"endDateTime", short_timestamp(one.ends)},
            {"key", nullptr},
            {"keyId", to_string(one.key_id)},
            {"startDateTime", short_timestamp(one.starts)},
            {"type", "AsymmetricX509Cert"},
            {"usage", "Verify"}};
}

json::object render_with_key(key_credential const& one) {
    auto full = render(one);
    full["key"] = padded_base64(one.certificate);
    return full;
}

bool is_listed(key_credential const& one, time_point now) noexcept {
    return one.listed_from <= now && now < one.gone_at;
}

}  // namespace poolwright::sandbox
