#include "examples/sandbox/journal_file.hpp"
#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <unistd.h>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

// Everything that counts about a directory, in one text per application.
std::vector<std::string> state_of(sandbox::directory_model const& model) {
    std::vector<std::string> all;
    model.visit_applications([&](sandbox::application_view const& each) {
        auto text =
            fmt::format("{} {} {} {} {} {} {} {}", each.tenant_id, each.id, each.app_id, each.created_by,
                        each.display_name, each.unique_name, each.deleted, fmt::join(each.tags, ","));
        for (auto const& one : each.credentials)
            text += " " + one.key_id + "=" + one.secret_text + "/" + one.name;
        text += " " + each.principal_id;
        for (auto const& one : each.grants) text += " " + one.id + "=" + one.role;
        all.push_back(text);
    });
    return all;
}

sandbox::settings writing_to(std::vector<std::string>& lines) {
    auto given = plain_settings();
    given.journal = [&lines](std::string_view line) { lines.emplace_back(line); };
    return given;
}

sandbox::directory_model replayed(std::vector<std::string> const& lines) {
    sandbox::directory_model model(plain_settings());
    for (auto const& line : lines) REQUIRE(model.replay(line));
    return model;
}

// One of every kind of change.
void live_a_little(fixture& it) {
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    auto const revoked = text_at(it.grant(principal, exchange_app_id, full_access_as_app).body, {"id"});
    REQUIRE(it.call("DELETE", "/v1.0/servicePrincipals/" + principal + "/appRoleAssignments/" + revoked)
                .status() == 204);
    auto const added = it.call("POST", "/v1.0/applications/" + app.id + "/addPassword");
    REQUIRE(added.status() == 200);
    auto const remove = fmt::format(R"({{"keyId":"{}"}})", app.key_id);
    REQUIRE(it.call("POST", "/v1.0/applications/" + app.id + "/removePassword", remove).status() == 204);
    REQUIRE(
        it.call("PATCH", "/v1.0/applications/" + app.id, R"({"notes":"new","displayName":"New"})").status() ==
        204);
    auto const gone = it.create_application("poolwright-exchange-0002");
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + gone.id).status() == 204);
    auto const purged = it.create_application("poolwright-exchange-0003");
    REQUIRE(it.call("DELETE", "/v1.0/applications/" + purged.id).status() == 204);
    REQUIRE(it.call("DELETE", "/v1.0/directory/deletedItems/" + purged.id).status() == 204);
    it.model.add_foreign_application(tenant, "Payroll", "payroll", {"hr"}, it.now);
}

std::filesystem::path fresh_path() {
    auto const path =
        std::filesystem::temp_directory_path() / fmt::format("graph-sandbox-test-{}", ::getpid());
    std::filesystem::remove(path);
    return path;
}

}  // namespace

TEST_CASE("the journal brings everything back") {
    std::vector<std::string> lines;
    fixture it(writing_to(lines));
    live_a_little(it);
    auto const restored = replayed(lines);
    CHECK(state_of(restored) == state_of(it.model));
    CHECK(state_of(restored).size() == 3);

    std::vector<std::string> snapshot;
    it.model.snapshot([&](std::string_view line) { snapshot.emplace_back(line); });
    CHECK(snapshot.size() == 4);
    CHECK(state_of(replayed(snapshot)) == state_of(it.model));
}

TEST_CASE("at every line the journal holds what was acknowledged until then") {
    std::vector<std::string> lines;
    auto given = plain_settings();
    sandbox::directory_model* observed = nullptr;
    std::vector<std::vector<std::string>> states;
    given.journal = [&](std::string_view line) {
        lines.emplace_back(line);
        if (line.find("\"erased\"") == std::string_view::npos)
            states.push_back(state_of(*observed));
        else
            states.emplace_back();  // written just before the application goes
    };
    fixture it(given);
    observed = &it.model;
    live_a_little(it);
    sandbox::directory_model model(plain_settings());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        REQUIRE(model.replay(lines[i]));
        if (!states[i].empty()) CHECK(state_of(model) == states[i]);
    }
}

TEST_CASE("a restored directory goes on: secrets work, names are taken, ids are new") {
    std::vector<std::string> lines;
    made_application app;
    {
        fixture it(writing_to(lines));
        app = it.create_application("poolwright-exchange-0001");
        it.create_principal(app);
    }
    fixture it;
    for (auto const& line : lines) REQUIRE(it.model.replay(line));
    it.model.begin_session();
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 200);
    CHECK(it.call("POST", "/v1.0/applications", fixture::application_body("poolwright-exchange-0001"))
              .status() == 400);
    auto const next = it.create_application("poolwright-exchange-0002");
    CHECK(next.id != app.id);
    CHECK(next.secret != app.secret);
    auto const names = it.get("/v1.0/applications?$select=uniqueName").body.at("value").as_array();
    CHECK(text_at(names.at(0), {"uniqueName"}) == "poolwright-exchange-0001");
    CHECK(text_at(names.at(1), {"uniqueName"}) == "poolwright-exchange-0002");
}

TEST_CASE("no two starts make the same ids") {
    std::set<std::string> ids;
    for (int starts = 1; starts <= 5; ++starts) {
        fixture it;
        for (int i = 0; i < starts; ++i) it.model.begin_session();
        ids.insert(it.create_application("a").id);
    }
    CHECK(ids.size() == 5);
}

TEST_CASE("a line cut off anywhere, or spoiled, changes nothing") {
    std::vector<std::string> lines;
    fixture it(writing_to(lines));
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    it.grant(principal, graph_app_id, directory_read_all);
    auto const& last = lines.back();
    sandbox::directory_model model(plain_settings());
    for (std::size_t size = 0; size < last.size(); ++size) {
        CAPTURE(size);
        CHECK_FALSE(model.replay(last.substr(0, size)));
    }
    for (auto const spoiled : {"[]", "{}", R"({"application":7})", R"({"application":"x","tenant":"y"})",
                               R"({"erased":"x"})", R"({"session":"many"})"}) {
        CAPTURE(spoiled);
        CHECK_FALSE(model.replay(spoiled));
    }
    CHECK(state_of(model).empty());
    CHECK(model.replay(last));
}

TEST_CASE("the file keeps finished lines, and a rewrite takes its place") {
    auto const path = fresh_path();
    {
        sandbox::journal_file journal(path);
        journal.append("one");
        journal.append("two");
    }
    std::ofstream(path, std::ios::app) << "cut of";
    auto const lines = [](sandbox::journal_file const& journal) {
        std::vector<std::string> all;
        journal.read([&](std::string_view line) { all.emplace_back(line); });
        return all;
    };
    sandbox::journal_file journal(path);
    CHECK(lines(journal) == std::vector<std::string>{"one", "two"});
    CHECK_THROWS_WITH_AS(sandbox::journal_file{path}, doctest::Contains("another sandbox holds"),
                         std::system_error);
    journal.rewrite([](auto const& write) { write("three"); });
    journal.append("four");
    CHECK(lines(journal) == std::vector<std::string>{"three", "four"});
    CHECK_THROWS_AS(sandbox::journal_file{path}, std::system_error);
    CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
          (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    std::filesystem::remove(path);
}

TEST_CASE("a journal that cannot be written is an error, not silence") {
    sandbox::journal_file journal("/dev/full");
    CHECK_THROWS_AS(journal.append("one"), std::system_error);
    CHECK_THROWS_AS(sandbox::journal_file("/nowhere/at/all"), std::system_error);
}

TEST_SUITE_END();
