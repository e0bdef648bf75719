#include "examples/sandbox/certificate.hpp"
#include "examples/sandbox/folder.hpp"
#include "examples/sandbox/options.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <unistd.h>
#include <variant>
#include <vector>

TEST_SUITE_BEGIN("sandbox");

using namespace poolwright::sandbox;

namespace {

namespace fs = std::filesystem;

std::variant<server_options, early_exit> parse(std::vector<char const*> arguments) {
    arguments.insert(arguments.begin(), "graph-sandbox");
    return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

fs::perms permissions(fs::path const& path) {
    return fs::status(path).permissions() & fs::perms::all;
}

// A folder that goes away with the test.
struct scratch {
    fs::path path = fs::temp_directory_path() / fmt::format("graph-sandbox-folder-{}", ::getpid());
    scratch() { fs::remove_all(path); }
    ~scratch() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("options") {
    auto const parsed =
        parse({"--port", "8443", "--dir", "d", "--state", "s", "--latency", "80", "--replication-lag", "5000",
               "--secret-lag", "8000", "--seed", "7", "--limits", "l", "--faults", "f"});
    auto const& options = std::get<server_options>(parsed);
    CHECK(options.port == 8443);
    CHECK(options.folder == "d");
    CHECK(options.state == "s");
    CHECK(options.limits == "l");
    CHECK(options.faults == "f");
    CHECK(options.latency == std::chrono::milliseconds(80));
    CHECK(options.replication_lag == std::chrono::seconds(5));
    CHECK(options.secret_lag == std::chrono::seconds(8));
    CHECK(options.seed == 7);
}

TEST_CASE("wrong options say what is wrong, in one line") {
    struct {
        std::vector<char const*> arguments;
        std::string_view names;
    } const table[] = {
        {{}, "--port"},
        {{"--port", "1"}, "--dir"},
        {{"--port", "65536", "--dir", "d"}, "--port"},
        {{"--port", "-1", "--dir", "d"}, "--port"},
        {{"--port", "x", "--dir", "d"}, "--port"},
        {{"--port", "1", "--dir", "d", "--latency", "-1"}, "--latency"},
        {{"--port", "1", "--dir", "d", "--colour", "blue"}, "--colour"},
    };
    for (auto const& row : table) {
        auto const parsed = parse(row.arguments);
        REQUIRE(std::holds_alternative<early_exit>(parsed));
        auto const& [code, text] = std::get<early_exit>(parsed);
        CAPTURE(text);
        CHECK(code == 64);
        CHECK(text.find(row.names) != std::string::npos);
        CHECK(text.find('\n') == text.size() - 1);
    }
    auto const help = std::get<early_exit>(parse({"--help"}));
    CHECK(help.code == 0);
    for (auto const option : {"--port", "--dir", "--state", "--limits", "--faults", "--latency",
                              "--replication-lag", "--secret-lag", "--seed"}) {
        CHECK(help.text.find(option) != std::string::npos);
    }
}

TEST_CASE("an empty file is read as such, a missing one is an error that names it") {
    CHECK(read_file("/dev/null").empty());
    CHECK_THROWS_WITH_AS(read_file("/nowhere/at/all"), doctest::Contains("cannot read /nowhere/at/all"),
                         std::system_error);
}

TEST_CASE("the folder: who may read what, and an authority that outlives a start only where it must") {
    scratch const place;
    server_folder const folder(place.path);
    CHECK(permissions(place.path) == fs::perms::owner_all);
    auto const owner_only = fs::perms::owner_read | fs::perms::owner_write;

    auto const passing = folder.authority(false);
    CHECK(read_file(place.path / "ca.pem") == passing.certificate_pem());
    CHECK_FALSE(fs::exists(place.path / "ca-key.pem"));
    auto const kept = folder.authority(true);
    CHECK(kept.certificate_pem() != passing.certificate_pem());
    CHECK(permissions(place.path / "ca-key.pem") == owner_only);
    CHECK(folder.authority(true).certificate_pem() == kept.certificate_pem());

    std::vector<identity> const clients = {
        {*parse_guid("11111111-1111-1111-1111-111111111111"), "text", "", {}},
        {*parse_guid("22222222-2222-2222-2222-222222222222"), "more", "", {}}};
    folder.write_client_secrets(clients);
    CHECK(read_file(place.path / "client-secret") == "text\n");
    CHECK(read_file(place.path / "client-secret-2") == "more\n");
    folder.write_client_proofs({{"pem", "token"}, {"pem 2", "token 2"}});
    CHECK(read_file(place.path / "client-certificate.pem") == "pem");
    CHECK(read_file(place.path / "federated_token-2") == "token 2");
    for (auto const* const name : {"client-secret", "client-secret-2", "client-certificate.pem",
                                   "client-certificate-2.pem", "federated_token", "federated_token-2"})
        CHECK(permissions(place.path / name) == owner_only);
    folder.write_refresh_token("long");
    CHECK(read_file(place.path / "refresh_token") == "long\n");
    CHECK(permissions(place.path / "refresh_token") == owner_only);
    folder.announce("https://localhost:1", clients, clients.back().client_id);
    auto const ready = read_file(place.path / "ready.json");
    CHECK(ready.find(R"("url":"https://localhost:1")") != std::string::npos);
    CHECK(ready.find(fmt::format(R"("pid":{})", ::getpid())) != std::string::npos);
    CHECK(ready.find(R"("client_id":"11111111-1111-1111-1111-111111111111","client_secret_file")") !=
          std::string::npos);
    CHECK(ready.find(R"({"client_id":"22222222-2222-2222-2222-222222222222","client_secret_file")") !=
          std::string::npos);
    for (auto const* const file : {"client-certificate.pem", "client-certificate-2.pem", "federated_token"})
        CHECK(ready.find((place.path / file).string()) != std::string::npos);
    CHECK(ready.find(fmt::format(R"("refresh_token_file":"{}")", (place.path / "refresh_token").string())) !=
          std::string::npos);
    CHECK(ready.find(R"("public_client_id":"22222222-2222-2222-2222-222222222222")") != std::string::npos);
    server_folder const next(place.path);
    CHECK_FALSE(fs::exists(place.path / "ready.json"));
}

TEST_CASE("an authority's certificate and key must belong together") {
    auto const one = certificate_authority::create();
    auto const two = certificate_authority::create();
    CHECK(certificate_authority::load(one.certificate_pem(), one.key_pem()).certificate_pem() ==
          one.certificate_pem());
    CHECK_THROWS(certificate_authority::load(one.certificate_pem(), two.key_pem()));
    CHECK_THROWS(certificate_authority::load("rubbish", one.key_pem()));
    CHECK_THROWS(certificate_authority::load(one.certificate_pem(), "rubbish"));
    auto const server = one.issue();
    CHECK(server.certificate_pem.starts_with("-----BEGIN CERTIFICATE-----"));
    CHECK(server.key_pem != one.key_pem());
}

TEST_SUITE_END();
