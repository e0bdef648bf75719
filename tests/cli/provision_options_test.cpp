#include "cli/provision_options.hpp"

#include "cli/failure.hpp"
#include "cli/provision_settings.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

namespace {

// What the words of a command line make of the options.
provision_options parsed(std::vector<std::string> words) {
    provision_options options;
    CLI::App app;
    add_provision_options(app, options);
    words.insert(words.begin(), "tenants.csv");
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    return options;
}

bool is_refused(std::vector<std::string> const& words) {
    try {
        parsed(words);
        return false;
    } catch (CLI::ParseError const&) {
        return true;
    }
}

provision_settings settings(std::vector<std::string> const& words, std::string_view authority_host = {}) {
    return read_settings(parsed(words), authority_host);
}

int code_of(std::vector<std::string> const& words, std::string_view authority_host = {}) {
    try {
        settings(words, authority_host);
        return 0;
    } catch (failure const& what) {
        return what.code();
    }
}

// A file in the temporary folder as long as it is needed.
struct temporary_file {
    explicit temporary_file(std::string const& text) { std::ofstream(path) << text; }
    temporary_file(temporary_file const&) = delete;
    temporary_file& operator=(temporary_file const&) = delete;
    ~temporary_file() { std::filesystem::remove(path); }
    std::string path =
        (std::filesystem::temp_directory_path() / ("poolwright-limits-" + std::to_string(::getpid())))
            .string();
};

}  // namespace

TEST_CASE("Provision: bad values of options are refused where they stand") {
    std::vector<std::vector<std::string>> const bad{
        {"--authority-url", "http://localhost"},
        {"--authority-url", "login.microsoftonline.com"},
        {"--graph-url", "https://user:word@graph.example"},
        {"--graph-url", "https://graph.microsoft.com/v1.0"},
        {"--graph-url", "https://graph.microsoft.com/v1.0/"},
        {"--cloud", "germany"},
        {"--cloud", "usgov", "--authority-url", "https://a.example"},
        {"--priority", "lowest"},
        {"--concurrency", "0"},
        {"--concurrency", "1025"},
        {"--concurrency", "-1"},
        {"--concurrency", "8x"},
        {"--concurrency", ""},
        {"--per-tenant", "0"},
        {"--per-tenant", "65"},
        {"--per-tenant", "many"},
        {"--request-timeout", "0"},
        {"--request-timeout", "601"},
        {"--request-timeout", "1.5"},
        {"--step-deadline", "0"},
        {"--step-deadline", "86401"},
        {"--lifetime", "0"},
        {"--lifetime", "36501"},
        {"--redirect-uri", "http://console.example"},
        {"--redirect-uri", "https://console.example/a,b"},
        {"--display-name", "Backup pool"},
        {"--display-name", "Backup {nonsense} {ordinal}"},
        {"--display-name", "Backup {ordinal"},
        {"--client-id", "not-an-id"},
        {"--client-secret", "word"},
        {"--credential", "password"},
        {"--only"},
        {"another.csv"},
    };
    for (auto const& words : bad) {
        CAPTURE(words.front());
        CAPTURE(words.back());
        CHECK(is_refused(words));
    }
}

TEST_CASE("Provision: what was typed is what the run gets") {
    auto const given = settings({"--authority-url",   "https://localhost:8443/a",
                                 "--graph-url",       "https://localhost:8443",
                                 "--concurrency",     "7",
                                 "--per-tenant",      "64",
                                 "--request-timeout", "5",
                                 "--step-deadline",   "60",
                                 "--lifetime",        "90",
                                 "--display-name",    "P {ordinal}",
                                 "--verify",          "--adopt",
                                 "--restore-deleted", "--recreate"});
    CHECK(given.access.named_addresses);
    CHECK(given.access.services.authority.url() == "https://localhost:8443/a");
    CHECK(given.access.services.graph.url() == "https://localhost:8443");
    CHECK(given.access.request_timeout == 5s);
    CHECK(given.fleet.concurrency == 7);
    CHECK(given.fleet.per_tenant == 64);
    CHECK(given.fleet.patience.step_deadline == 60s);
    CHECK(given.fleet.policy.lifetime == std::chrono::days(90));
    CHECK(given.fleet.policy.display_name.name("exchange", 3, "Contoso") == "P 3");
    CHECK(given.fleet.verify);
    CHECK(given.fleet.policy.adopt);
    CHECK(given.fleet.policy.restore_deleted);
    CHECK(given.fleet.policy.recreate);

    auto const standard = settings({});
    CHECK_FALSE(standard.access.named_addresses);
    CHECK(standard.access.services.graph.url() == "https://graph.microsoft.com");
    CHECK(standard.access.request_timeout == 30s);
    CHECK_FALSE(standard.fleet.concurrency);
    CHECK_FALSE(standard.fleet.per_tenant);
    CHECK(standard.fleet.throttle_priority.empty());
    CHECK(settings({"--priority", "low"}).fleet.throttle_priority == "Low");
    CHECK(settings({"--priority", "high"}).fleet.throttle_priority == "High");
    CHECK(standard.fleet.patience.step_deadline == 600s);
    CHECK(standard.fleet.policy.lifetime == std::chrono::days(730));
    CHECK(standard.fleet.limits == throttle::published_limits());
    CHECK_FALSE(standard.fleet.verify);
    CHECK_FALSE(standard.fleet.policy.adopt);

    CHECK(parsed({"--only", "a", "--only", "b"}).access.only == std::vector<std::string>{"a", "b"});
}

TEST_CASE("Provision: both addresses, one cloud, or what the Azure SDKs read") {
    CHECK(code_of({"--authority-url", "https://a.example"}) == wrong_usage);
    CHECK(code_of({"--graph-url", "https://a.example"}) == wrong_usage);

    struct {
        std::vector<std::string> words;
        std::string_view authority_host;
        std::string_view graph;
    } const table[] = {
        {{}, "", "https://graph.microsoft.com"},
        {{"--cloud", "china"}, "", "https://microsoftgraph.chinacloudapi.cn"},
        {{"--cloud", "dod"}, "", "https://dod-graph.microsoft.us"},
        {{}, "https://login.microsoftonline.us", "https://graph.microsoft.us"},
        {{}, "https://login.microsoftonline.us/", "https://graph.microsoft.us"},
        {{"--cloud", "dod"}, "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"},
        {{"--authority-url", "https://a.example", "--graph-url", "https://g.example"},
         "https://login.microsoftonline.us",
         "https://g.example"},
    };
    for (auto const& row : table) {
        CAPTURE(row.authority_host);
        CHECK(settings(row.words, row.authority_host).access.services.graph.url() == row.graph);
    }
    CHECK(code_of({}, "http://login.microsoftonline.com") == wrong_usage);
    CHECK(code_of({}, "https://login.example") == wrong_usage);
    // What an option says makes the variable meaningless, right or wrong.
    CHECK(code_of({"--cloud", "global"}, "https://login.example") == 0);
}

TEST_CASE("Provision: identities come from a file, or there is one") {
    std::string const id = "11111111-1111-1111-1111-111111111111";
    CHECK(parsed({"--identities", "ids.json"}).access.identities == "ids.json");
    CHECK(is_refused({"--identities", "ids.json", "--client-id", id}));
    CHECK(is_refused({"--identities", "ids.json", "--client-secret-file", "s"}));
}

TEST_CASE("Provision: quotas come from a file, and every fault of it is named") {
    {
        temporary_file const good(
            R"({"schema":"poolwright.limits/1","application":{"writes":{"limit":100,"window":"1s"}}})");
        auto const given = settings({"--limits", good.path});
        CHECK(given.fleet.limits.application_writes.limit == 100);
    }
    CHECK(code_of({"--limits", "/does/not/exist"}) == bad_input);

    temporary_file const bad(R"({"schema":"poolwright.limits/1","application":{"writes":{"limit":-1}}})");
    CHECK_THROWS_WITH_AS(settings({"--limits", bad.path}), doctest::Contains(bad.path.c_str()), failure);
    CHECK_THROWS_WITH_AS(settings({"--limits", bad.path}), doctest::Contains("application.writes.limit"),
                         failure);
}

TEST_SUITE_END();
