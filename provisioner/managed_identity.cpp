#include "provisioner/managed_identity.hpp"

#include "provisioner/form.hpp"
#include "provisioner/json_body.hpp"
#include "provisioner/told.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace poolwright::provisioner {
namespace {

using namespace std::chrono_literals;
using wall_time = std::chrono::system_clock::time_point;

constexpr std::string_view imds_host = "http://169.254.169.254";
constexpr std::string_view imds_path = "/metadata/identity/oauth2/token";

// A number, or a text that is one.
std::optional<std::int64_t> number_at(boost::json::object const& body, std::string_view key) {
    auto const* const found = body.if_contains(key);
    if (found == nullptr) return std::nullopt;
    if (auto const* const number = found->if_int64()) return *number;
    auto const text = text_at(body, key);
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

std::chrono::seconds life_in(boost::json::object const& body, wall_time now) {
    constexpr std::int64_t longest = 604'800;  // a week
    auto seconds = number_at(body, "expires_in").value_or(0);
    if (auto const end = number_at(body, "expires_on"); seconds <= 0 && end) {
        seconds = *end - std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, longest));
}

std::string refusal_in(http_reply const& reply) {
    auto const body = json_body::parse(reply.body.reveal());
    auto const* const document = body ? body->object() : nullptr;
    std::string_view text;
    if (document != nullptr) {
        text = text_at(*document, "error_description");
        if (text.empty()) text = text_at(*document, "message");
        if (text.empty()) text = text_at(*document, "error");
    }
    return fmt::format("the platform gives no token of a managed identity: {} {}", reply.status,
                       text.empty() ? untold_reason(reply.status) : told(text, reply.sent));
}

}  // namespace

boost::system::result<managed_platform, std::string> managed_platform::at(std::string_view variable,
                                                                          std::string const& url,
                                                                          protocol speaks,
                                                                          std::shared_ptr<secret const> key) {
    auto found = clear_endpoint::parse(url);
    if (found.has_error()) return fmt::format("{} {}", variable, found.error());
    auto path = speaks == protocol::imds ? std::string(imds_path) : std::move(found->path);
    return managed_platform(speaks, std::move(found->to), path.empty() ? "/" : std::move(path),
                            std::move(key));
}

boost::system::result<managed_platform, std::string> managed_platform::find(
    platform_variables const& variables) {
    if (!variables.identity_endpoint.empty()) {
        if (variables.identity_header == nullptr)
            return std::string("IDENTITY_ENDPOINT is set without IDENTITY_HEADER, as outside of App Service");
        return at("IDENTITY_ENDPOINT", variables.identity_endpoint, protocol::app_service,
                  variables.identity_header);
    }
    if (!variables.msi_endpoint.empty()) {
        if (variables.msi_secret == nullptr)
            return std::string("MSI_ENDPOINT is set without MSI_SECRET, as outside of App Service");
        return at("MSI_ENDPOINT", variables.msi_endpoint, protocol::app_service_2017, variables.msi_secret);
    }
    auto const host = variables.imds_host.empty() ? std::string(imds_host) : variables.imds_host;
    return at("AZURE_POD_IDENTITY_AUTHORITY_HOST", host, protocol::imds, nullptr);
}

http_request managed_platform::token_request(std::string_view resource, std::string_view client_id) const {
    struct dialect {
        std::string_view version;
        std::string_view header;  // whose value proves that we run there
        std::string_view id;
    };
    static constexpr dialect dialects[] = {{"2018-02-01", "", "client_id"},
                                           {"2019-08-01", "X-IDENTITY-HEADER", "client_id"},
                                           {"2017-09-01", "secret", "clientid"}};
    auto const& how = dialects[static_cast<std::size_t>(speaks_)];
    http_request request;
    request.to = at_.at();
    request.in_clear = at_;
    request.target = fmt::format("{}?api-version={}&resource={}", path_, how.version, encoded(resource));
    if (!client_id.empty()) request.target += fmt::format("&{}={}", how.id, encoded(client_id));
    if (speaks_ == protocol::imds) request.headers.emplace_back("Metadata", "true");
    request.credential_header = how.header;
    request.credential = key_;
    return request;
}

boost::system::result<access_token, std::string> read_managed_reply(http_reply const& reply, wall_time now) {
    if (reply.status != 200) return refusal_in(reply);
    auto const body = json_body::parse(reply.body.reveal());
    auto const* const document = body ? body->object() : nullptr;
    auto token = document == nullptr ? std::nullopt : read_access_token(text_at(*document, "access_token"));
    if (!token) return std::string("the platform's reply holds no token of a managed identity");
    token->expires_in = life_in(*document, now);
    if (token->expires_in <= 0s) return std::string("the token of the managed identity has ended already");
    return std::move(*token);
}

std::string managed_assertion::absorb(round_trip_result const& result, wall_time now) {
    asking_ = false;
    auto const try_again = [&](std::string why) {
        renew_at_ = now + 10s;
        why_none_ = std::move(why);
        return why_none_;
    };
    if (result.has_error()) {
        return try_again(
            fmt::format("the platform gives no token of a managed identity: {}", result.error().text));
    }
    auto token = read_managed_reply(*result, now);
    if (token.has_error()) return try_again(token.error());
    token_ = std::move(token->text);
    renew_at_ = now + token->expires_in - token->expires_in / 10;
    ends_ = now + token->expires_in;
    return {};
}

void managed_assertion::renew_by(sender send, std::function<wall_time()> clock) {
    send_ = std::move(send);
    clock_ = std::move(clock);
}

std::shared_ptr<secret const> managed_assertion::current(wall_time now) {
    if (now >= renew_at_ && !asking_ && send_) {
        asking_ = true;
        send_(request(), [this](round_trip_result const& result) { absorb(result, clock_()); });
    }
    if (token_ != nullptr && now >= ends_) {
        token_ = nullptr;
        why_none_ = "the token of the managed identity has ended, and the platform has not given another yet";
    }
    return token_;
}

}  // namespace poolwright::provisioner
