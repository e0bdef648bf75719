#include "cli/event_stream.hpp"
#include "cli/failure.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
using namespace std::chrono_literals;

namespace {

namespace json = boost::json;

constexpr wall_time noon{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h + 34min + 56s + 7ms};

provisioner::guid const tenant = *provisioner::parse_guid("11111111-1111-1111-1111-111111111111");
provisioner::guid const application = *provisioner::parse_guid("22222222-2222-2222-2222-222222222222");

struct events_fixture {
    events_fixture() {
        auto pattern = (std::filesystem::temp_directory_path() / "poolwright-events-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder = pattern;
        file = folder / "events";
    }
    ~events_fixture() { std::filesystem::remove_all(folder); }
    events_fixture(events_fixture const&) = delete;
    events_fixture& operator=(events_fixture const&) = delete;

    [[nodiscard]] std::vector<std::string> lines() const {
        std::vector<std::string> found;
        std::ifstream text(file);
        for (std::string line; std::getline(text, line);) found.push_back(line);
        return found;
    }
    std::filesystem::path folder;
    std::filesystem::path file;
};

}  // namespace

TEST_CASE("Events: every kind of line has its fields and no empty ones") {
    provisioner::fleet_event event{.type = "app_ready",
                                   .directory_id = tenant,
                                   .tenant_name = "Contoso",
                                   .pool = "exchange",
                                   .ordinal = 3,
                                   .application_id = application,
                                   .wait = {},
                                   .reason = {}};
    CHECK(
        json::serialize(event_of(event, noon)) ==
        R"({"type":"app_ready","at":"2026-01-31T12:34:56.007Z","tenant_id":"11111111-1111-1111-1111-111111111111",)"
        R"("pool":"exchange","ordinal":3,"application_id":"22222222-2222-2222-2222-222222222222"})");

    event.type = "waiting";
    event.application_id = {};
    event.wait = 1500ms;
    event.reason = "throttle";
    auto const waiting = event_of(event, noon);
    CHECK(waiting.at("seconds").as_double() == 1.5);
    CHECK(waiting.at("reason").as_string() == "throttle");
    CHECK_FALSE(waiting.contains("application_id"));

    provisioner::fleet_event const lost{.type = "tenant_failed",
                                        .directory_id = tenant,
                                        .tenant_name = "Contoso",
                                        .pool = {},
                                        .ordinal = 0,
                                        .application_id = {},
                                        .wait = {},
                                        .reason = "refused \"by\"\npolicy"};
    auto const failed = event_of(lost, noon);
    CHECK_FALSE(failed.contains("pool"));
    CHECK_FALSE(failed.contains("ordinal"));
    CHECK(json::serialize(failed).find('\n') == std::string::npos);

    provisioner::fleet_counts totals;
    totals.planned = 5;
    totals.ready = 2;
    CHECK(run_started_event(noon, totals).at("totals").at("planned").as_int64() == 5);
    auto const finished = run_finished_event(noon, totals, 2s, true);
    CHECK(finished.at("type").as_string() == "run_finished");
    CHECK(finished.at("seconds").as_double() == 2);
    CHECK(finished.at("reason").as_string() == "interrupted");
    CHECK(finished.at("totals").at("ready").as_int64() == 2);
    CHECK_FALSE(run_finished_event(noon, totals, 2s, false).contains("reason"));
}

TEST_CASE("Events: a file is emptied, closed to others, and begins with the version") {
    events_fixture files;
    std::ofstream(files.file) << "what an earlier run wrote\n";
    ::chmod(files.file.c_str(), 0644);
    {
        event_stream events(files.file.string(), [](std::string const& why) { FAIL(why); });
        CHECK(files.lines().size() == 1);
        events.write(run_started_event(noon, {}));
        // A line is on its way at once.
        CHECK(files.lines().size() == 2);
    }
    auto const lines = files.lines();
    CHECK(lines.at(0) == R"({"type":"version","schema":"poolwright.events/1"})");
    CHECK(json::parse(lines.at(1)).at("type").as_string() == "run_started");
    struct stat facts{};
    REQUIRE(::stat(files.file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("Events: what cannot be written is said once, and the run goes on") {
    std::vector<std::string> warnings;
    event_stream events("/dev/full", [&](std::string const& why) { warnings.push_back(why); });
    for (int i = 0; i < 3; ++i) events.write(run_started_event(noon, {}));
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("/dev/full") != std::string::npos);
}

TEST_CASE("Events: a file that cannot be opened ends the command before anything is sent") {
    try {
        event_stream const events("/does/not/exist/events", [](std::string const&) {});
        FAIL("opened");
    } catch (failure const& what) {
        CHECK(what.code() == broken);
        CHECK(std::string(what.what()).find("/does/not/exist/events") != std::string::npos);
    }
}

TEST_SUITE_END();
