#pragma once

#include "provisioner/client_credential.hpp"
#include "provisioner/http_message.hpp"
#include "provisioner/token.hpp"

#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

// The identity that Azure gives a machine, an app service or a container: its platform hands out tokens
// without any secret of ours (learn.microsoft.com/entra/identity/managed-identities-azure-resources). It
// cannot enter a foreign tenant by itself, but an application of many tenants can trust its token.

namespace poolwright::provisioner {

// What the environment says of the platform; empty where it says nothing.
struct platform_variables {
    std::string identity_endpoint = {};                  // IDENTITY_ENDPOINT: App Service, Container Apps
    std::shared_ptr<secret const> identity_header = {};  // IDENTITY_HEADER
    std::string msi_endpoint = {};                       // MSI_ENDPOINT: the same, before 2019
    std::shared_ptr<secret const> msi_secret = {};       // MSI_SECRET
    std::string imds_host = {};                          // AZURE_POD_IDENTITY_AUTHORITY_HOST
};

// Where tokens of a managed identity are asked for, and how.
class managed_platform {
public:
    // The machine's own service (IMDS) unless the variables name another; an error is a sentence that begins
    // with the variable.
    static boost::system::result<managed_platform, std::string> find(platform_variables const& variables);

    // GET of a token for that resource. `client_id` names a user-assigned identity; empty: the machine's own.
    [[nodiscard]] http_request token_request(std::string_view resource, std::string_view client_id) const;

private:
    enum class protocol : std::uint8_t { imds, app_service, app_service_2017 };
    managed_platform(protocol speaks, clear_endpoint at, std::string path, std::shared_ptr<secret const> key)
        : speaks_(speaks), at_(std::move(at)), path_(std::move(path)), key_(std::move(key)) {}
    static boost::system::result<managed_platform, std::string> at(std::string_view variable,
                                                                   std::string const& url, protocol speaks,
                                                                   std::shared_ptr<secret const> key);

    protocol speaks_;
    clear_endpoint at_;
    std::string path_;
    std::shared_ptr<secret const> key_;
};

// A managed identity, by which an application or itself is known.
struct managed_identity {
    managed_platform platform;
    std::string client_id;  // of a user-assigned one; empty: the machine's own
};

// The token in a platform's reply; its life is a number or a text there, or only its end is told. An error is
// a sentence.
boost::system::result<access_token, std::string> read_managed_reply(
    http_reply const& reply, std::chrono::system_clock::time_point now);

// Its token as the assertion of an application that trusts it. It is renewed after nine tenths of its life by
// one request, while the old one is still used.
class managed_assertion final : public assertion_source {
public:
    using answer = std::function<void(round_trip_result const&)>;
    // Sends a request and answers later, on the same thread.
    using sender = std::function<void(http_request, answer)>;

    managed_assertion(managed_identity of, std::string audience)
        : of_(std::move(of)), audience_(std::move(audience)) {}

    // The request whose reply absorb() takes: before anything else, the first one.
    [[nodiscard]] http_request request() const {
        return of_.platform.token_request(audience_, of_.client_id);
    }
    // Empty, or why there is no new token.
    std::string absorb(round_trip_result const& result, std::chrono::system_clock::time_point now);
    // By whom it is renewed from now on. `clock` tells when an answer came.
    void renew_by(sender send, std::function<std::chrono::system_clock::time_point()> clock);

    std::shared_ptr<secret const> current(std::chrono::system_clock::time_point now) override;
    [[nodiscard]] std::string why_none() const override { return why_none_; }

private:
    managed_identity of_;
    std::string audience_;
    sender send_;
    std::function<std::chrono::system_clock::time_point()> clock_;
    std::shared_ptr<secret const> token_;
    std::chrono::system_clock::time_point renew_at_;
    std::chrono::system_clock::time_point ends_;
    bool asking_ = false;
    std::string why_none_ = "the managed identity has no token yet";
};

}  // namespace poolwright::provisioner
