#include "tests/sandbox/fixture.hpp"

#include <boost/json/array.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

TEST_SUITE_BEGIN("sandbox");

using namespace sandbox_test;
using namespace std::chrono_literals;

TEST_CASE("statistics count by route and status") {
    fixture it;
    it.create_application("poolwright-exchange-0001");
    it.get("/v1.0/applications(uniqueName='poolwright-exchange-0001')");
    it.get("/v1.0/applications/nonsense");
    it.raw("GET", "/sandbox/stats");
    auto const got = it.raw("GET", "/sandbox/stats");
    CHECK(got.status() == 200);
    auto const expected = parse(R"({"requests":{"GET /applications/{id}":{"200":1,"404":1},
        "POST /applications":{"201":1},"POST /{tenant}/oauth2/v2.0/token":{"200":1}},"throttled":0,"early_calls":0,
        "overlapping_writes":0,"duplicates":0,"orphan_credentials":0,"applications":1})");
    CHECK(got.body == expected);
    CHECK(parse(it.model.stats_document()) == expected);
}

TEST_CASE("duplicates share a slot or an intent; what is not ours is not counted") {
    struct {
        std::vector<std::string> tags;
        std::string_view unique_name;
        std::uint64_t duplicates;
    } const table[] = {
        {{"poolwright", "poolwright:pool=exchange", "poolwright:intent=other"}, "", 0},
        {{"poolwright", "poolwright:pool=exchange", "poolwright:intent=first"}, "", 1},
        {{"poolwright", "poolwright:pool=exchange", "poolwright:intent=other"}, "first", 1},
        {{"poolwright", "poolwright:pool=teams", "poolwright:intent=other"}, "first", 0},
        {{"poolwright:pool=exchange", "poolwright:intent=first"}, "first", 0},
    };
    for (auto const& row : table) {
        CAPTURE(fmt::format("{}", fmt::join(row.tags, " ")));
        fixture it;
        it.create_application("first");
        auto const foreign = it.model.add_foreign_application(tenant, "x", row.unique_name, row.tags, it.now);
        CHECK(it.model.take_inventory().duplicates == row.duplicates);
        CHECK(it.model.take_inventory().applications == 2);
        REQUIRE(it.model.delete_application(tenant, foreign, it.now));
        CHECK(it.model.take_inventory().duplicates == 0);
        CHECK(it.model.take_inventory().applications == 1);
    }
}

TEST_CASE("what somebody else does in a portal") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.grant(principal, graph_app_id, directory_read_all).status() == 201);
    auto const target = "/v1.0/applications/" + app.id;
    CHECK(it.model.rename_application(tenant, app.id, "Renamed"));
    CHECK(text_at(it.get(target).body, {"displayName"}) == "Renamed");
    CHECK(it.model.replace_tags(tenant, app.id, {"hands-off"}));
    CHECK(it.get(target).body.at("tags").as_array().size() == 1);
    CHECK(it.model.revoke_grant(tenant, app.id, "Directory.Read.All", it.now));
    CHECK_FALSE(it.model.revoke_grant(tenant, app.id, "Directory.Read.All", it.now));
    CHECK_FALSE(claims_of(it.token_for(app.app_id, app.secret, graph_scope)).contains("roles"));
    CHECK(it.model.remove_credential(tenant, app.id, app.key_id, it.now));
    CHECK_FALSE(it.model.remove_credential(tenant, app.id, app.key_id, it.now));
    CHECK(it.token(app.app_id, app.secret, graph_scope).status() == 401);
    CHECK(it.model.delete_application(tenant, app.id, it.now));
    CHECK_FALSE(it.model.delete_application(tenant, app.id, it.now));
    CHECK_FALSE(it.model.rename_application(tenant, "nonsense", "x"));
    CHECK(it.get(target).status() == 404);
}

TEST_CASE("a tenant's applications as the sandbox shows them") {
    fixture it;
    auto const app = it.create_application("poolwright-exchange-0001");
    auto const principal = it.create_principal(app);
    REQUIRE(it.grant(principal, exchange_app_id, full_access_as_app).status() == 201);
    auto const got = it.raw("GET", fmt::format("/sandbox/tenants/{}/applications", tenant));
    REQUIRE(got.status() == 200);
    CHECK(text_at(got.body, {"value", "appId"}) == app.app_id);
    CHECK(text_at(got.body, {"value", "servicePrincipalId"}) == principal);
    CHECK(text_at(got.body, {"value", "credentials", "keyId"}) == app.key_id);
    CHECK(text_at(got.body, {"value", "grants", "role"}) == "full_access_as_app");
    CHECK(it.raw("GET", "/sandbox/tenants/x.example/applications").body.at("value").as_array().empty());
    CHECK(it.raw("GET", "/sandbox/tenants/nonsense/applications").status() == 404);
}

TEST_CASE("the organization, its users and its policy") {
    auto given = plain_settings();
    given.faults.tenants = {{"strict.example", sandbox::tenant_kind::secrets_forbidden},
                            {"short.example", sandbox::tenant_kind::lifetime_capped},
                            {"full.example", sandbox::tenant_kind::quota}};
    fixture it(given);
    auto const plain = it.get("/v1.0/organization");
    CHECK(text_at(plain.body, {"value", "id"}) == tenant);
    CHECK(plain.raw.body.find("directorySizeQuota") == std::string::npos);
    auto const used = [&](std::string_view in) {
        it.in_tenant = in;
        auto const got = it.get("/v1.0/organization?$select=directorySizeQuota").body;
        return got.at("value").as_array().at(0).at("directorySizeQuota").at("used").as_int64();
    };
    CHECK(used(tenant) == 100);
    it.create_principal(it.create_application("one"));
    CHECK(used(tenant) == 102);
    CHECK(used("full.example") == 300'000);
    CHECK(it.get("/v1.0/organization?$select=colour").status() == 400);

    CHECK(it.get("/v1.0/users/$count").status() == 400);
    auto const users = it.call("GET", "/v1.0/users/$count", {}, {{"ConsistencyLevel", "eventual"}});
    CHECK(users.raw.body == "100");

    struct {
        std::string_view in;
        std::string_view type;
        std::string_view lifetime;
    } const table[] = {{"ordinary.example", "", ""},
                       {"strict.example", "passwordAddition", ""},
                       {"short.example", "passwordLifetime", "P180D"}};
    for (auto const& row : table) {
        CAPTURE(row.in);
        it.in_tenant = row.in;
        auto const policy = it.get("/v1.0/policies/defaultAppManagementPolicy").body;
        CHECK(policy.at("isEnabled") == !row.type.empty());
        CHECK(text_at(policy, {"applicationRestrictions", "passwordCredentials", "restrictionType"}) ==
              row.type);
        CHECK(text_at(policy, {"applicationRestrictions", "passwordCredentials", "maxLifetime"}) ==
              row.lifetime);
    }
}

TEST_CASE("what an identity may not read") {
    auto given = plain_settings();
    given.identities.front().roles = {"Application.ReadWrite.OwnedBy"};
    fixture it(given);
    for (auto const target :
         {"/v1.0/organization", "/v1.0/users/$count", "/v1.0/policies/defaultAppManagementPolicy",
          "/v1.0/applications", "/v1.0/servicePrincipals",
          "/v1.0/directory/deletedItems/microsoft.graph.application"}) {
        CAPTURE(target);
        CHECK(it.get(target).status() == 403);
    }
    auto const app = it.create_application("one");
    CHECK(it.call("DELETE", "/v1.0/applications/" + app.id).status() == 204);
    CHECK(it.call("DELETE", "/v1.0/directory/deletedItems/" + app.id).status() == 204);
}

TEST_CASE("users are drawn from the tenant's id, few or many") {
    auto given = plain_settings();
    given.users.reset();
    fixture it(given);
    std::set<std::int64_t> counts;
    for (int i = 0; i < 200; ++i) {
        it.in_tenant = fmt::format("customer-{}.example", i);
        auto const got = it.call("GET", "/v1.0/users/$count", {}, {{"ConsistencyLevel", "eventual"}});
        counts.insert(std::stoll(got.raw.body));
    }
    CHECK(*counts.begin() >= 10);
    CHECK(*counts.begin() < 50);
    CHECK(*counts.rbegin() > 500);
    CHECK(*counts.rbegin() <= 5000);
}

TEST_SUITE_END();
