#include "provisioner/device_code.hpp"

#include "provisioner/exchange.hpp"
#include "provisioner/form.hpp"
#include "provisioner/json_body.hpp"
#include "provisioner/told.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace poolwright::provisioner {
namespace asio = boost::asio;
namespace {

using namespace std::chrono_literals;

http_request form_to(sign_in_question const& what, std::string_view path, wiped_string&& form) {
    http_request request;
    request.method = http_method::post;
    request.to = what.authority->at;
    request.target = fmt::format("{}/{}/oauth2/v2.0/{}", what.authority->path, what.tenant, path);
    request.content_type = "application/x-www-form-urlencoded";
    request.body = secret(std::move(form));
    return request;
}

std::chrono::seconds seconds_at(boost::json::object const& body, std::string_view key, std::int64_t otherwise,
                                std::int64_t most) {
    auto const* const value = body.if_contains(key);
    auto const* const number = value == nullptr ? nullptr : value->if_int64();
    return std::chrono::seconds(std::clamp<std::int64_t>(number == nullptr ? otherwise : *number, 1, most));
}

// The first line: what follows are ids.
std::string refusal_in(http_reply const& reply, boost::json::object const* body) {
    auto text = body == nullptr ? std::string_view() : text_at(*body, "error_description");
    text = text.substr(0, text.find_first_of("\r\n"));
    if (text.empty() && body != nullptr) text = text_at(*body, "error");
    return fmt::format("{} {}", reply.status,
                       text.empty() ? untold_reason(reply.status) : told(text, reply.sent));
}

std::shared_ptr<sign_in_result> refused(std::string why) {
    return std::make_shared<sign_in_result>(std::move(why));
}

}  // namespace

http_request device_code_request(sign_in_question const& what) {
    wiped_string form;
    append_field(form, "client_id", what.client_id);
    append_field(form, "scope", what.resource_application_id + "/.default offline_access");
    return form_to(what, "devicecode", std::move(form));
}

boost::system::result<device_code, std::string> read_device_code(http_reply const& reply) {
    auto const body = json_body::parse(reply.body.reveal());
    auto const* const document = body ? body->object() : nullptr;
    auto const code = document == nullptr ? std::string_view() : text_at(*document, "device_code");
    if (reply.status != 200 || code.empty())
        return "the authority gives no code to sign in with: " + refusal_in(reply, document);
    device_code given;
    given.code = std::make_shared<secret const>(code);
    given.message = told(text_at(*document, "message"), {});
    if (given.message.empty()) {
        given.message =
            told(fmt::format("To sign in, open {} and enter the code {}",
                             text_at(*document, "verification_uri"), text_at(*document, "user_code")),
                 {});
    }
    given.expires_in = seconds_at(*document, "expires_in", 900, 3600);
    given.interval = seconds_at(*document, "interval", 5, 60);
    return given;
}

http_request device_token_request(sign_in_question const& what, device_code const& given) {
    wiped_string form;
    form.reserve(512);
    append_field(form, "grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    append_field(form, "client_id", what.client_id);
    append_field(form, "device_code", given.code->reveal());
    auto request = form_to(what, "token", std::move(form));
    request.grant = given.code;
    return request;
}

sign_in_answer read_sign_in(http_reply const& reply) {
    using state = sign_in_answer::state;
    auto const body = json_body::parse(reply.body.reveal());
    auto const* const document = body ? body->object() : nullptr;
    auto const failed = [](std::string why) {
        return sign_in_answer{state::failed, nullptr, std::move(why)};
    };
    if (document == nullptr) {
        // A service that is in trouble for a moment is asked again.
        if (reply.status >= 500 || reply.status == 429) return {state::slower, nullptr, {}};
        return failed("the sign-in failed: " + refusal_in(reply, document));
    }
    if (reply.status == 200) {
        auto const token = text_at(*document, "refresh_token");
        if (token.empty())
            return failed(
                "the sign-in brought no refresh token: the application must be allowed offline_access");
        return {state::done, std::make_shared<secret const>(token), {}};
    }
    auto const error = text_at(*document, "error");
    if (error == "authorization_pending") return {};
    if (error == "slow_down" || reply.status >= 500 || reply.status == 429)
        return {state::slower, nullptr, {}};
    if (error == "authorization_declined" || error == "access_denied")
        return failed("the person declined to sign in");
    if (error == "expired_token" || error == "code_expired")
        return failed("nobody signed in before the code expired: run the command again for another");
    return failed("the sign-in failed: " + refusal_in(reply, document));
}

asio::awaitable<std::shared_ptr<sign_in_result>> sign_in(sign_in_machine machine, sign_in_question what) {
    auto first = device_code_request(what);
    auto const begun = co_await exchange(*machine.network, std::move(first));
    if (begun->has_error())
        co_return refused("the authority gives no code to sign in with: " + begun->error().text);
    auto const given = read_device_code(**begun);
    if (given.has_error()) co_return refused(given.error());
    machine.show(given->message);
    auto const end = machine.clock->now().steady + given->expires_in;
    auto interval = given->interval;
    for (;;) {
        auto const next = machine.clock->now().steady + interval;
        while (!machine.stopped() && machine.clock->now().steady < next)
            co_await machine.clock->wait_until(next);
        if (machine.stopped()) co_return refused(std::string());
        if (machine.clock->now().steady > end)
            co_return refused("nobody signed in before the code expired: run the command again for another");
        auto question = device_token_request(what, *given);
        auto const reply = co_await exchange(*machine.network, std::move(question));
        // A connection that fails says nothing of the person.
        if (reply->has_error()) continue;
        auto answer = read_sign_in(**reply);
        if (answer.what == sign_in_answer::state::done)
            co_return std::make_shared<sign_in_result>(std::move(answer.refresh_token));
        if (answer.what == sign_in_answer::state::failed) co_return refused(std::move(answer.why));
        // RFC 8628, 3.5.
        if (answer.what == sign_in_answer::state::slower) interval += 5s;
    }
}

}  // namespace poolwright::provisioner
