#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view typed = R"("headers":{"Content-Type":"application/json"})";

answer send(fixture& it, std::string_view items) {
    return it.call("POST", "/v1.0/$batch", fmt::format(R"({{"requests":[{}]}})", items));
}

json::object item_of(answer const& got, std::string_view id) {
    for (auto const& each : got.body.at("responses").as_array()) {
        if (text_at(each, {"id"}) == id) return each.as_object();
    }
    return {};
}

std::int64_t status_of(answer const& got, std::string_view id) {
    auto const one = item_of(got, id);
    return one.empty() ? 0 : one.at("status").as_int64();
}

std::string create(std::string_view id, std::string_view name, std::string_view more = {}) {
    return fmt::format(
        R"({{"id":"{}","method":"POST","url":"/applications","body":{{"displayName":"{}"}},{}{}}})", id, name,
        typed, more);
}

std::string read(std::string_view id, std::string_view url, std::string_view more = {}) {
    return fmt::format(R"({{"id":"{}","method":"GET","url":"{}"{}}})", id, url, more);
}

std::string many(int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + read(std::to_string(i), "/organization");
    return all;
}

}  // namespace

TEST_CASE("a batch answers every item for itself, with 200 around them") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const got = send(
        it, create("1", "new") + "," + read("2", "applications/" + app.id) + "," +
                read("3", "/applications/" + std::string(tenant)) + "," + read("4", "/no/such/path") + "," +
                read("5", "https://graph.microsoft.com/v1.0/organization") + "," +
                fmt::format(R"({{"id":"6","method":"DELETE","url":"/applications/{}"}})", tenant) + "," +
                R"({"id":"7","method":"DELETE","url":"/organization"})" + "," +
                fmt::format(R"({{"id":"8","method":"POST","url":"/$batch","body":{{"requests":[]}},{}}})",
                            typed) +
                "," + read("9", "/applications/$count", R"(,"headers":{"ConsistencyLevel":"eventual"})"));
    REQUIRE(got.status() == 200);
    struct {
        std::string_view id;
        int status;
        std::string_view code;
    } const table[] = {{"1", 201, ""},
                       {"2", 200, ""},
                       {"3", 404, "Request_ResourceNotFound"},
                       {"4", 404, "UnknownError"},
                       {"5", 404, "UnknownError"},
                       {"6", 404, "Request_ResourceNotFound"},
                       {"7", 405, "Request_BadRequest"},
                       {"8", 404, "UnknownError"},
                       {"9", 200, ""}};
    for (auto const& row : table) {
        CAPTURE(row.id);
        CHECK(status_of(got, row.id) == row.status);
        CHECK(text_at(item_of(got, row.id), {"body", "error", "code"}) == row.code);
    }
    CHECK(text_at(item_of(got, "1"), {"body", "displayName"}) == "new");
    CHECK(text_at(item_of(got, "1"), {"headers", "x-ms-resource-unit"}) == "1");
    CHECK(text_at(item_of(got, "1"), {"headers", "OData-Version"}) == "4.0");
    CHECK(text_at(item_of(got, "9"), {"body"}) == "2");
    CHECK(it.model.counted().requests.at("POST /$batch").at(200) == 1);
    CHECK(it.model.counted().requests.at("POST /applications").at(201) == 2);
}

TEST_CASE("the order of the answers is nobody's") {
    fixture it;
    std::set<std::string> orders;
    for (int i = 0; i < 10; ++i) {
        std::string order;
        auto const got = send(it, many(5));
        for (auto const& each : got.body.at("responses").as_array()) order += text_at(each, {"id"});
        orders.insert(order);
    }
    CHECK(orders.size() > 1);
}

TEST_CASE("a batch that is refused as a whole does nothing") {
    fixture it;
    struct {
        std::string body;
        std::string_view message;
    } const table[] = {
        {"rubbish", "Invalid batch payload format."},
        {"{}", "Invalid batch payload format."},
        {R"({"requests":7})", "Invalid batch payload format."},
        {R"({"requests":[7]})", "Invalid batch payload format."},
        {R"({"requests":[{"method":"GET","url":"/organization"}]})", "Invalid batch payload format."},
        {R"({"requests":[{"id":1,"method":"GET","url":"/organization"}]})", "Invalid batch payload format."},
        {R"({"requests":[{"id":"1","url":"/organization"}]})", "Invalid batch payload format."},
        {R"({"requests":[{"id":"1","method":"GET"}]})", "Invalid batch payload format."},
        {fmt::format(R"({{"requests":[{},{}]}})", create("1", "a"), read("2", "/x", R"(,"dependsOn":["3"])")),
         "Invalid batch payload format."},
        {fmt::format(R"({{"requests":[{},{}]}})", read("1", "/x", R"(,"dependsOn":["2"])"),
                     read("2", "/x", R"(,"dependsOn":["1"])")),
         "Invalid batch payload format."},
        {fmt::format(R"({{"requests":[{}]}})", many(21)),
         "Number of requests inside batch exceed the limit."},
        {fmt::format(R"({{"requests":[{},{}]}})", create("1", "a"), create("1", "b")),
         "Request Id 1 has to be unique in a batch."},
        {fmt::format(R"({{"requests":[{},{}]}})", create("a", "a"), create("A", "b")),
         "Request Id A has to be unique in a batch."},
        {R"({"requests":[{"id":"1","method":"POST","url":"/applications","body":{"displayName":"a"}}]})",
         "Write request id : 1 does not contain Content-Type header or body."},
        {fmt::format(R"({{"requests":[{{"id":"1","method":"POST","url":"/applications",{}}}]}})", typed),
         "Write request id : 1 does not contain Content-Type header or body."},
    };
    for (auto const& row : table) {
        CAPTURE(row.body);
        auto const got = it.call("POST", "/v1.0/$batch", row.body);
        CHECK(got.status() == 400);
        CHECK(got.code() == "BadRequest");
        CHECK(got.message() == row.message);
    }
    CHECK(it.model.take_inventory().applications == 0);
    CHECK(send(it, many(20)).status() == 200);
    CHECK(it.raw("POST", "/v1.0/$batch", R"({"requests":[]})").status() == 401);
}

TEST_CASE("items wait for those that they depend on, and fail with them") {
    auto given = plain_settings();
    given.latency = 80ms;
    fixture it(given);
    auto const app = it.create_application("poolwright-exchange-0001");
    it.pass(1s);
    auto const patch = [&](std::string_view id, std::string_view notes, std::string_view more = {}) {
        return fmt::format(
            R"({{"id":"{}","method":"PATCH","url":"/applications/{}","body":{{"notes":"{}"}},{}{}}})", id,
            app.id, notes, typed, more);
    };
    auto const in_turn = send(it, patch("b", "second", R"(,"dependsOn":["A"])") + "," + patch("a", "first") +
                                      "," + read("c", "/nowhere", R"(,"dependsOn":["b"])") + "," +
                                      create("d", "never", R"(,"dependsOn":["c"])") + "," +
                                      create("e", "neither", R"(,"dependsOn":["d"])"));
    CHECK(status_of(in_turn, "a") == 204);
    CHECK(status_of(in_turn, "b") == 204);
    CHECK_FALSE(item_of(in_turn, "b").contains("body"));
    CHECK(status_of(in_turn, "c") == 404);
    CHECK(status_of(in_turn, "d") == 424);
    CHECK(status_of(in_turn, "e") == 424);
    CHECK(in_turn.raw.delay == 240ms);
    CHECK(it.model.take_inventory().applications == 1);
    it.pass(1s);
    CHECK(text_at(it.get("/v1.0/applications/" + app.id).body, {"notes"}) == "second");

    // Without a dependency they are under way together, and overlap.
    it.pass(1s);
    auto const at_once = send(it, patch("a", "first") + "," + patch("b", "second"));
    CHECK(status_of(at_once, "a") == 204);
    CHECK(status_of(at_once, "b") >= 400);
    CHECK(at_once.raw.delay == 80ms);
    CHECK(it.model.counted().overlapping_writes == 1);
}

TEST_CASE("each item is charged, and is told for itself when to come back") {
    auto given = plain_settings();
    given.limits.application_tenant_writes = {3, 150s, poolwright::throttle::quota_shape::fixed};
    fixture it(given);
    std::string items = read("0", "/organization");
    for (int i = 1; i <= 5; ++i) items += "," + create(std::to_string(i), fmt::format("app {}", i));
    auto const got = send(it, items);
    CHECK(got.status() == 200);
    CHECK(got.header("Retry-After").empty());
    CHECK(status_of(got, "0") == 200);
    CHECK(status_of(got, "3") == 201);
    for (auto const* const id : {"4", "5"}) {
        CHECK(status_of(got, id) == 429);
        CHECK(text_at(item_of(got, id), {"headers", "Retry-After"}) == "150");
        CHECK_FALSE(text_at(item_of(got, id), {"headers", "x-ms-throttle-scope"}).empty());
    }
    CHECK(it.model.take_inventory().applications == 3);
    CHECK(it.model.counted().throttled == 2);
    CHECK(it.model.counted().early_calls == 0);
}

TEST_CASE("faults strike items as they strike requests; what breaks a connection times an item out") {
    auto given = plain_settings();
    sandbox::fault_rule lost{"POST /applications", 1, 0, {}};
    lost.what.kind = sandbox::fault_kind::reset_after;
    sandbox::fault_rule refused{"GET /organization", 1, 0, {}};
    refused.what.status = 503;
    refused.what.retry_after = "7";
    given.faults.rules = {lost, refused};
    fixture it(given);
    auto const got = send(it, create("1", "a") + "," + read("2", "/organization"));
    CHECK(got.status() == 200);
    CHECK(got.raw.how == sandbox::effect::none);
    CHECK(status_of(got, "1") == 504);
    CHECK(status_of(got, "2") == 503);
    CHECK(text_at(item_of(got, "2"), {"headers", "Retry-After"}) == "7");
    CHECK(it.model.take_inventory().applications == 1);
}

TEST_SUITE_END();
