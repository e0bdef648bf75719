#include "cli/failure.hpp"
#include "cli/identity_options.hpp"
#include "tests/provisioner/a_certificate.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;

namespace {

// As a run does, which must have one.
cli::identity_found read_identity(cli::identity_sources const& sources) {
    auto found = cli::find_identity(sources);
    if (!found) cli::refuse_no_identity();
    return std::move(*found);
}

constexpr auto* id_one = "11111111-1111-1111-1111-111111111111";
constexpr auto* id_two = "22222222-2222-2222-2222-222222222222";
constexpr auto* word = "secret-of-the-test";

// A folder with secret files and an environment without identity, both put back at the end.
class identity_fixture {
public:
    identity_fixture() { clear(); }
    ~identity_fixture() {
        clear();
        std::filesystem::remove_all(folder_);
    }
    identity_fixture(identity_fixture const&) = delete;
    identity_fixture& operator=(identity_fixture const&) = delete;

    std::string file(std::string_view text, mode_t mode = 0600) {
        auto const path = (folder_ / std::to_string(++files_)).string();
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }
    [[nodiscard]] std::string folder() const { return folder_.string(); }

private:
    static void clear() {
        ::unsetenv("AZURE_CLIENT_ID");
        for (auto const* name :
             {"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD",
              "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "AZURE_FEDERATED_TOKEN_FILE"})
            ::unsetenv(name);
    }
    static std::filesystem::path make_folder() {
        auto pattern = (std::filesystem::temp_directory_path() / "poolwright-identity-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        return pattern;
    }
    std::filesystem::path folder_ = make_folder();
    int files_ = 0;
};

std::string_view text_of(identity_found const& found) {
    return std::get<std::shared_ptr<poolwright::provisioner::secret const>>(found.identity.credential)
        ->reveal();
}

// The code and the whole message of a refusal.
struct refusal {
    int code = 0;
    std::string text;
};

refusal refusal_of(identity_sources const& sources) {
    try {
        read_identity(sources);
        return {};
    } catch (failure const& what) {
        return {what.code(), std::string(what.what()) + " | " + what.hint()};
    }
}

}  // namespace

TEST_CASE("Identity: options come before the environment, each by itself") {
    identity_fixture files;
    auto const path = files.file("secret-of-the-file\n");
    struct {
        char const* option_id;
        bool option_file;
        char const* environment_id;
        char const* environment_secret;
        char const* expected_id;
        char const* expected_secret;
    } const table[] = {
        {id_one, true, nullptr, nullptr, id_one, "secret-of-the-file"},
        {"", false, id_two, word, id_two, word},
        {id_one, true, id_two, word, id_one, "secret-of-the-file"},
        {id_one, false, id_two, word, id_one, word},
        {"", true, id_two, nullptr, id_two, "secret-of-the-file"},
    };
    for (auto const& row : table) {
        ::unsetenv("AZURE_CLIENT_ID");
        if (row.environment_id != nullptr) ::setenv("AZURE_CLIENT_ID", row.environment_id, 1);
        if (row.environment_secret != nullptr) ::setenv("AZURE_CLIENT_SECRET", row.environment_secret, 1);
        auto const found =
            read_identity({.client_id = row.option_id, .secret_file = row.option_file ? path : ""});
        CHECK(found.identity.client_id == row.expected_id);
        CHECK(text_of(found) == row.expected_secret);
        CHECK(found.warnings.empty());
        CHECK(std::getenv("AZURE_CLIENT_SECRET") == nullptr);
    }
}

TEST_CASE("Identity: the secret leaves the environment and its memory, even when it is not used") {
    identity_fixture files;
    ::setenv("AZURE_CLIENT_SECRET", word, 1);
    char const* const memory = std::getenv("AZURE_CLIENT_SECRET");
    auto const length = std::string_view(word).size();
    auto const path = files.file("secret-of-the-file");
    read_identity({.client_id = id_one, .secret_file = path});
    CHECK(std::getenv("AZURE_CLIENT_SECRET") == nullptr);
    CHECK(std::string_view(memory, length) == std::string(length, '\0'));
}

TEST_CASE("Identity: a half of one, or none, says what to set") {
    identity_fixture files;
    CHECK_FALSE(find_identity({}).has_value());
    auto const none = refusal_of({});
    CHECK(none.code == wrong_usage);
    CHECK(none.text.find("AZURE_CLIENT_ID and AZURE_CLIENT_SECRET") != std::string::npos);
    CHECK(none.text.find("--client-secret-file") != std::string::npos);

    auto const no_secret = refusal_of({.client_id = id_one, .secret_file = {}});
    CHECK(no_secret.code == wrong_usage);
    CHECK(no_secret.text.find("AZURE_CLIENT_SECRET") != std::string::npos);

    ::setenv("AZURE_CLIENT_SECRET", word, 1);
    auto const no_id = refusal_of({});
    CHECK(no_id.code == wrong_usage);
    CHECK(no_id.text.find("AZURE_CLIENT_ID") != std::string::npos);
    CHECK(no_id.text.find(word) == std::string::npos);
}

TEST_CASE("Identity: an id that is none names where it was given") {
    identity_fixture files;
    auto const path = files.file(word);
    ::setenv("AZURE_CLIENT_ID", "not-an-id", 1);
    auto const from_environment = refusal_of({.client_id = {}, .secret_file = path});
    CHECK(from_environment.code == wrong_usage);
    CHECK(from_environment.text.find("AZURE_CLIENT_ID: `not-an-id`") != std::string::npos);
    auto const from_option = refusal_of({.client_id = "nor-this", .secret_file = path});
    CHECK(from_option.text.find("--client-id: `nor-this`") != std::string::npos);
}

TEST_CASE("Identity: the file's secret ends before its line end") {
    identity_fixture files;
    for (std::string_view const ending : {"", "\n", "\r\n", "\n\n"}) {
        auto const path = files.file(std::string(word) + std::string(ending));
        CHECK(text_of(read_identity({.client_id = id_one, .secret_file = path})) == word);
    }
    auto const longest = files.file(std::string(4096, 'x'));
    CHECK(text_of(read_identity({.client_id = id_one, .secret_file = longest})).size() == 4096);
}

TEST_CASE("Identity: files that hold no secret are refused, and none of them is repeated") {
    identity_fixture files;
    std::string const bad[] = {
        files.folder() + "/missing",
        files.folder(),
        files.file(""),
        files.file("\n"),
        files.file("secret-a\nsecret-b"),
        files.file(std::string("secret-a\0b", 10)),
        files.file(std::string(4097, 'x')),
    };
    for (auto const& path : bad) {
        CAPTURE(path);
        auto const found = refusal_of({.client_id = id_one, .secret_file = path});
        CHECK(found.code == bad_input);
        CHECK(found.text.find(path) != std::string::npos);
        CHECK(found.text.find("secret-a") == std::string::npos);
        CHECK(found.text.find("xxxx") == std::string::npos);
    }
}

TEST_CASE("Identity: a secret that others may read is used, with a warning that does not hold it") {
    identity_fixture files;
    for (mode_t const mode : {0640u, 0604u, 0644u}) {
        auto const found = read_identity({.client_id = id_one, .secret_file = files.file(word, mode)});
        CHECK(text_of(found) == word);
        CHECK(found.warnings.at(0).find("chmod 600") != std::string::npos);
        CHECK(found.warnings.at(0).find(word) == std::string::npos);
    }
}

namespace {

using provisioner::test::a_certificate;
using provisioner::test::valid_from;
using provisioner::test::valid_until;

provisioner::certificate_credential certificate_in(identity_found const& found) {
    return std::get<provisioner::certificate_credential>(found.identity.credential);
}

// The message of a refusal at that time.
std::string fault_at(identity_sources const& sources, std::chrono::sys_seconds now) {
    try {
        find_identity(sources, now);
        return {};
    } catch (failure const& what) {
        CHECK(what.code() == bad_input);
        return what.what();
    }
}

}  // namespace

TEST_CASE(
    "Identity: a certificate, PEM or PFX as the file has it, with the password from where it was given") {
    identity_fixture files;
    provisioner::secret const password("of the key");
    auto const pem = files.file(a_certificate().pem().reveal());
    auto const pfx = files.file(a_certificate().pfx(password).reveal());
    auto const password_file = files.file("of the key\n");
    auto const now = valid_from + std::chrono::days(1);
    for (bool const by_option : {true, false}) {
        identity_sources sources{.client_id = id_one};
        ::setenv("AZURE_CLIENT_CERTIFICATE_PATH", pem.c_str(), 1);
        ::setenv("AZURE_CLIENT_CERTIFICATE_PASSWORD", "of the key", 1);
        ::setenv("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", by_option ? "0" : "TRUE", 1);
        if (by_option) {
            sources.certificate = pfx;
            sources.certificate_password_file = password_file;
        }
        auto const found = find_identity(sources, now);
        REQUIRE(found.has_value());
        CHECK(certificate_in(*found).key->fingerprint() == a_certificate().fingerprint());
        CHECK(certificate_in(*found).send_chain != by_option);
        CHECK(found->warnings.empty());
        CHECK(std::getenv("AZURE_CLIENT_CERTIFICATE_PASSWORD") == nullptr);
    }
    auto const open = files.file(a_certificate().pem().reveal(), 0640);
    auto const warned = find_identity({.client_id = id_one, .certificate = open}, now);
    REQUIRE(warned->warnings.size() == 1);
    CHECK(warned->warnings[0].find("the private key in `" + open + "` may be read") != std::string::npos);
}

TEST_CASE("Identity: an expired certificate is refused with what, until when and what to do") {
    identity_fixture files;
    identity_sources const sources{.client_id = id_one,
                                   .certificate = files.file(a_certificate().pem().reveal())};
    CHECK(fault_at(sources, valid_until) ==
          "--client-certificate `" + sources.certificate +
              "`: the certificate expired on 2028-09-30 10:00 UTC; make another, register it with the "
              "application, and name its file");
    CHECK(fault_at(sources, valid_from - std::chrono::seconds(1)).find("not valid before 2026-10-01") !=
          std::string::npos);
    auto const soon = find_identity(sources, valid_until - std::chrono::days(30));
    REQUIRE(soon->warnings.size() == 1);
    CHECK(soon->warnings[0].find("expires on 2028-09-30") != std::string::npos);
    CHECK(find_identity(sources, valid_until - std::chrono::days(31))->warnings.empty());
}

TEST_CASE("Identity: a token of the platform is read from its file, and one that has ended is refused") {
    identity_fixture files;
    // {"exp":1790848800}
    auto const token = files.file("e30.eyJleHAiOjE3OTA4NDg4MDB9.c2ln\n");
    ::setenv("AZURE_CLIENT_ID", id_one, 1);
    ::setenv("AZURE_FEDERATED_TOKEN_FILE", token.c_str(), 1);
    std::chrono::sys_seconds const end{std::chrono::seconds(1'790'848'800)};
    auto const found = find_identity({}, end - std::chrono::seconds(1));
    REQUIRE(found.has_value());
    auto const source = std::get<std::shared_ptr<provisioner::assertion_source>>(found->identity.credential);
    CHECK(source->current(end - std::chrono::seconds(1))->reveal() == "e30.eyJleHAiOjE3OTA4NDg4MDB9.c2ln");
    auto const fault = fault_at({}, end);
    CHECK(fault.find("AZURE_FEDERATED_TOKEN_FILE `" + token) == 0);
    CHECK(fault.find("has expired") != std::string::npos);
    CHECK(fault.find("c2ln") == std::string::npos);
}

TEST_SUITE_END();
