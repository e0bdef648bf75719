#pragma once

#include "examples/sandbox/directory_model.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

// A sandbox of one's own with a clock to set, for the tests of this folder: one verb per thing that a client
// does.

namespace sandbox_test {

namespace sandbox = poolwright::sandbox;
namespace json = boost::json;

inline constexpr std::string_view tenant = "11111111-2222-4333-8444-555555555555";
inline constexpr std::string_view client_id = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
inline constexpr std::string_view client_secret = "the-provisioning-secret";
inline constexpr std::string_view graph_scope = "https://graph.microsoft.com/.default";
inline constexpr std::string_view exchange_scope = "https://outlook.office365.com/.default";
inline constexpr std::string_view graph_app_id = "00000003-0000-0000-c000-000000000000";
inline constexpr std::string_view exchange_app_id = "00000002-0000-0ff1-ce00-000000000000";
inline constexpr std::string_view directory_read_all = "7ab1d382-f21e-4acd-a863-ba3e13f7da61";
inline constexpr std::string_view group_read_all = "5b567255-7703-4780-807c-7be8301ae99b";
inline constexpr std::string_view full_access_as_app = "dc890d15-9560-4a4c-9b7f-a736ec74ec40";

// 2026-03-01T12:00:00Z.
sandbox::time_point start();

// One identity that provisions, published limits, no lag, no faults.
sandbox::settings plain_settings();

// A document that must be an object.
json::object parse(std::string_view text);

// A text inside of nested objects and lists; "" if a step is missing: text_at(body, {"error", "code"}).
std::string text_at(json::value const& from, std::vector<std::string_view> const& path);

// Its claims.
json::object claims_of(std::string_view token);

struct answer {
    sandbox::reply raw;
    json::object body;  // empty if the reply has none or it is no object

    [[nodiscard]] int status() const { return raw.status; }
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] std::string code() const { return text_at(body, {"error", "code"}); }
    [[nodiscard]] std::string message() const { return text_at(body, {"error", "message"}); }
};

// An application as a test goes on with it.
struct made_application {
    std::string id;
    std::string app_id;
    std::string secret;  // of the first credential
    std::string key_id;
};

class fixture {
public:
    explicit fixture(sandbox::settings given = plain_settings());

    sandbox::directory_model model;
    sandbox::time_point now = start();
    std::string in_tenant{tenant};

    void pass(std::chrono::nanoseconds time) { now += time; }

    // A request as it is, without a token.
    answer raw(std::string_view method, std::string_view target, std::string_view body = {},
               sandbox::header_list headers = {});

    // A request of the provisioning identity; fetches its token when needed.
    answer call(std::string_view method, std::string_view target, std::string_view body = {},
                sandbox::header_list headers = {});

    answer get(std::string_view target) { return call("GET", target); }

    // POST to the token endpoint.
    answer token(std::string_view id, std::string_view secret, std::string_view scope);
    // The token itself; a failed check if there is none.
    std::string token_for(std::string_view id, std::string_view secret, std::string_view scope);
    // For call() to use from now on.
    void use_token(std::string text) { tokens_[in_tenant] = std::move(text); }

    // The body of a create as the product sends it.
    static std::string application_body(std::string_view unique_name, std::string_view intent = "00");
    made_application create_application(std::string_view unique_name);
    // The object id of its new service principal.
    std::string create_principal(made_application const& app);
    // The object id of a resource's service principal.
    std::string resource_id(std::string_view app_id);
    answer grant(std::string_view principal_id, std::string_view resource_app_id, std::string_view role);

private:
    std::map<std::string, std::string> tokens_;
};

}  // namespace sandbox_test
