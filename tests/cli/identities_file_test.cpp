#include "cli/identities_file.hpp"

#include "cli/failure.hpp"
#include "cli/provisioning_identities.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <string_view>
#include <sys/stat.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;

namespace {

constexpr std::string_view one = "11111111-1111-1111-1111-111111111111";
constexpr std::string_view two = "22222222-2222-2222-2222-222222222222";

// A folder with two secrets and a file of identities.
struct fixture {
    provisioner::scratch_folder folder;

    fixture() {
        write("s1", "first secret\n", 0600);
        write("s2", "second secret", 0644);
    }
    std::string write(std::string const& name, std::string_view text, mode_t mode) {
        std::string const path = folder / name;
        std::ofstream(path, std::ios::binary) << text;
        ::chmod(path.c_str(), mode);
        return path;
    }
    std::vector<identity_found> read(std::string_view list) {
        return read_identities(
            write("ids.json", fmt::format(R"({{"schema":"poolwright.identities/1","identities":{}}})", list),
                  0644));
    }
    // The message of the refusal.
    std::string fault_of(std::string_view document) {
        auto const path = write("ids.json", document, 0644);
        try {
            read_identities(path);
        } catch (failure const& error) {
            CHECK(error.code() == bad_input);
            return error.what();
        }
        return {};
    }
};

std::string_view secret_of(identity_found const& found) {
    return std::get<std::shared_ptr<provisioner::secret const>>(found.identity.credential)->reveal();
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

TEST_CASE("identities with their secrets, beside the file, and the tenants that they are for") {
    fixture f;
    auto const found = f.read(fmt::format(
        R"([{{"client_id":"{}","client_secret_file":"s1"}},
            {{"client_id":"{}","client_secret_file":"{}","tenants":["Contoso.com","{}"]}}])",
        one, two, std::string(f.folder / "s2"), one));
    REQUIRE(found.size() == 2);
    CHECK(found[0].identity.client_id == one);
    CHECK(secret_of(found[0]) == "first secret");
    CHECK(found[0].warnings.empty());
    CHECK_FALSE(found[0].tenants.has_value());
    CHECK(secret_of(found[1]) == "second secret");
    CHECK(has(found[1].warnings.at(0), "may be read by others (mode 0644): chmod 600 it"));
    CHECK(found[1].tenants == std::vector<std::string>{"contoso.com", std::string(one)});
}

TEST_CASE("what is wrong with a file of identities is said with its place") {
    fixture f;
    auto const in_list = [](std::string_view identity) {
        return fmt::format(R"({{"schema":"poolwright.identities/1","identities":[{}]}})", identity);
    };
    struct row {
        std::string document;
        std::string_view message;
    };
    row const rows[] = {
        {"[", "ids.json:1:2: "},
        {"[]", "must be a JSON object of schema `poolwright.identities/1`"},
        {"{}", "poolwright.identities/1"},
        {R"({"schema":"poolwright.identities/1","schema":"poolwright.identities/1"})", "ids.json:1:"},
        {R"({"schema":"poolwright.identities/1","identities":[]})",
         "identities: needs at least one identity"},
        {R"({"schema":"poolwright.identities/1","more":1,"identities":[]})", "unknown key `more`"},
        {in_list("7"), "identities[0]: must be an object"},
        {in_list(R"({"client_id":"hunter2","client_secret_file":"s1"})"),
         "identities[0].client_id: must be an appl"},
        {in_list(fmt::format(R"({{"client_id":"{}"}})", one)), "[0].client_secret_file: is missing"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret_file":"none"}})", one)),
         "cannot be read: No such"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret_file":""}})", one)),
         "[0].client_secret_file: must name a file"},
        {in_list(
             fmt::format(R"({{"client_id":"{}","client_secret_file":"s1","refresh_token_file":""}})", one)),
         "[0].refresh_token_file: must name a file"},
        {in_list(
             fmt::format(R"({{"client_id":"{}","client_secret_file":"{}"}})", one, std::string(4097, 'x'))),
         "[0].client_secret_file: is longer than 4096 bytes"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret":"hunter2"}})", one)),
         "[0].client_secret: a secret never stands in this file"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_certificate_path":"c.pem"}})", one)),
         "c.pem`: cannot be read: No such file"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_certificate_path":"s1"}})", one)),
         "s1`: read as PFX, since it has no PEM header: it is not a PFX file"},
        {in_list(fmt::format(
             R"({{"client_id":"{}","client_secret_file":"s1","client_certificate_path":"s1"}})", one)),
         "[0].client_certificate_path: stands beside another means"},
        {in_list(fmt::format(
             R"({{"client_id":"{}","client_secret_file":"s1","send_certificate_chain":true}})", one)),
         "[0].send_certificate_chain: is only of use with a certificate"},
        {in_list(fmt::format(
             R"({{"client_id":"{}","client_certificate_path":"s1","send_certificate_chain":1}})", one)),
         "[0].send_certificate_chain: must be true or false"},
        {in_list(fmt::format(R"({{"client_id":"{}","federated_token_file":"s1"}})", one)),
         "is no JSON Web Token"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret_file":"s1","tenant":1}})", one)),
         "[0]: unknown key `tenant`, did you mean `tenants`?"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret_file":"s1","tenants":[]}})", one)),
         "[0].tenants: needs at least one tenant"},
        {in_list(fmt::format(R"({{"client_id":"{}","client_secret_file":"s1","tenants":["a b",7]}})", one)),
         "[0].tenants[0]: "},
        {in_list(
             fmt::format(R"({{"client_id":"{}","client_secret_file":"s1","tenants":["a.example",7]}})", one)),
         "[0].tenants[1]: must be a directory id or a domain"},
        {in_list(fmt::format(
             R"({{"client_id":"{0}","client_secret_file":"s1"}},{{"client_id":"{0}","client_secret_file":"s2"}})",
             one)),
         "identities[1].client_id: the same application stands in the file before"},
    };
    for (auto const& [document, message] : rows) {
        CAPTURE(document);
        auto const fault = f.fault_of(document);
        CAPTURE(fault);
        CHECK(has(fault, message));
        CHECK_FALSE(has(fault, "hunter2"));
    }
    CHECK_THROWS_AS(read_identities(f.folder / "nowhere.json"), failure);
}

TEST_CASE("every problem of a file of identities is said at once") {
    fixture f;
    auto const fault =
        f.fault_of(R"({"schema":"poolwright.identities/1","identities":[{"client_id":"x"},{"tenants":{}}]})");
    for (auto const part : {"identities[0].client_id: ", "identities[0].client_secret_file: ",
                            "identities[1].client_id: ", "identities[1].tenants: "})
        CHECK(has(fault, part));
}

TEST_CASE("the tenants of an identity are named by directory id or by the domain of the plan") {
    provisioner::guid const here = *provisioner::parse_guid(one);
    provisioner::guid const there = *provisioner::parse_guid(two);
    planner::planned_pool by_domain;
    by_domain.tenant_id = "contoso.com";
    std::vector<provisioner::resolved_pool> const pools = {{here, &by_domain}};
    std::vector<identity_found> found(3);
    found[0].tenants = {"contoso.com", std::string(two)};
    found[1].tenants = {"elsewhere.example"};
    found[2].identity.client_id = "AB111111-1111-1111-1111-111111111111";
    auto const all = identities_for(found, pools);
    REQUIRE(all.size() == 3);
    CHECK(all[0].tenants == std::vector{here, there});
    CHECK(all[1].tenants == std::vector<provisioner::guid>());
    CHECK_FALSE(all[2].tenants.has_value());
    CHECK(all[2].who.client_id == "ab111111-1111-1111-1111-111111111111");
}

TEST_SUITE_END();
