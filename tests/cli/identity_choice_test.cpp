#include "cli/identity_choice.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

TEST_SUITE_BEGIN("cli");

using namespace poolwright::cli;

namespace {

using enum identity_kind;
constexpr identity_means secret_option{secret, "--client-secret-file"};
constexpr identity_means certificate_option{certificate, "--client-certificate"};
constexpr identity_means secret_variable{secret, "AZURE_CLIENT_SECRET"};
constexpr identity_means certificate_variable{certificate, "AZURE_CLIENT_CERTIFICATE_PATH"};
constexpr identity_means federated_variable{federated, "AZURE_FEDERATED_TOKEN_FILE"};

}  // namespace

TEST_CASE("Identity choice: what is asked for, then options, then the environment in the SDKs' order") {
    struct row {
        identity_offer offer;
        std::string_view explanation;
    };
    std::vector<identity_means> const all{secret_variable, certificate_variable, federated_variable};
    row const rows[] = {
        {{{}, {}, all},
         "app by its client secret, because AZURE_CLIENT_SECRET is set (AZURE_CLIENT_CERTIFICATE_PATH, "
         "AZURE_FEDERATED_TOKEN_FILE not used)"},
        {{{}, {}, {certificate_variable, federated_variable}},
         "app by its certificate, because AZURE_CLIENT_CERTIFICATE_PATH is set (AZURE_FEDERATED_TOKEN_FILE "
         "not used)"},
        {{{}, {}, {federated_variable}},
         "app by a token of its workload's platform, because AZURE_FEDERATED_TOKEN_FILE is set"},
        {{{}, {certificate_option}, {secret_variable}},
         "app by its certificate, because --client-certificate is given (AZURE_CLIENT_SECRET not used)"},
        {{{}, {secret_option}, {secret_variable}},
         "app by its client secret, because --client-secret-file is given"},
        {{{}, {{refresh_token, "--refresh-token-file"}}, {secret_variable}},
         "app by the refresh token of a person, because --refresh-token-file is given"},
        {{federated, {secret_option}, {federated_variable}},
         "app by a token of its workload's platform, because --identity federated says so"},
    };
    for (auto const& [offer, explanation] : rows) {
        auto const choice = choose_identity(offer);
        REQUIRE(choice.has_value());
        CHECK(explain(*choice, "app") == explanation);
    }
    CHECK_FALSE(choose_identity({}).has_value());
    auto const itself = choose_identity({managed, {}, {}});
    REQUIRE(itself.has_value());
    CHECK(explain(*itself, "") == "a managed identity, because --identity managed says so");
}

TEST_CASE("Identity choice: every kind has a name of its own") {
    for (auto const* const name :
         {"secret", "certificate", "federated", "managed", "refresh-token", "device-code"}) {
        auto const kind = find_identity_kind(name);
        REQUIRE(kind.has_value());
        CHECK(to_string(*kind) == name);
    }
    CHECK_FALSE(find_identity_kind("magic").has_value());
}

TEST_SUITE_END();
