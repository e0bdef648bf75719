#include "cli/export_format.hpp"

#include "tests/provisioner/ledger_kit.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <sstream>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using provisioner::guid_for;

constexpr std::string_view secret_text = "=+\"~.Q8\\,'x";

export_app app(std::uint32_t number, std::int32_t ordinal) {
    return {guid_for(number), guid_for(number + 1), provisioner::second(1'800'000'000),
            ordinal,          "Backup pool",        "sealed"};
}

export_pool pool(std::uint32_t tenant, std::string name, std::vector<export_app> apps,
                 std::string pool_name = "exchange") {
    provisioner::pool_row row;
    row.directory_id = guid_for(tenant);
    row.tenant_name = std::move(name);
    row.pool = std::move(pool_name);
    return {std::move(row), std::move(apps)};
}

provisioner::secret opened(export_pool const&, export_app const&) {
    return provisioner::secret(secret_text);
}

std::string written(export_writer write, std::vector<export_pool> const& pools, key_opener const& opener) {
    std::ostringstream out;
    write(pools, opener, out);
    return out.str();
}

// RFC 4180, as strictly as the format allows.
std::vector<std::vector<std::string>> read_csv(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row(1);
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            row.back() += text[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            row.emplace_back();
        } else if (!quoted && c == '\n') {
            rows.push_back(std::move(row));
            row.assign(1, "");
        } else {
            row.back() += c;
        }
    }
    return rows;
}

std::string const hostile_names[] = {
    "Contoso Ltd",
    "a,b",
    "say \"hi\"",
    "two\nlines",
    "=HYPERLINK(\"http://x\")",
    "日本語 \xe2\x80\xae",
    "\x1b]0;x\x07",
    "'); Remove-Item *; ('",
    "\xe2\x80\x99; calc; \xe2\x80\x98",
    "#> calc <#",
    "\\",
    ";\t",
};

}  // namespace

TEST_CASE("CSV: hostile names come back as they were, but for the protection against formulas") {
    for (auto const& name : hostile_names) {
        CAPTURE(name);
        auto const rows = read_csv(written(write_export_csv, {pool(1, name, {app(10, 1)})}, opened));
        REQUIRE(rows.size() == 2);
        CHECK(rows[0] == std::vector<std::string>{"directory_id", "application_id", "key_value", "key_id",
                                                  "expires_at", "display_name", "pool", "ordinal",
                                                  "tenant_name", "credential", "certificate_file",
                                                  "thumbprint"});
        CHECK(rows[1] == std::vector<std::string>{
                             to_string(guid_for(1)), to_string(guid_for(10)), std::string(secret_text),
                             to_string(guid_for(11)), "2027-01-15T08:00:00Z", "Backup pool", "exchange", "1",
                             (name.starts_with('=') ? "'" : "") + name, "secret", "", ""});
    }
}

TEST_CASE("an app with a certificate has no key value, and its files are named") {
    auto certified = app(10, 1);
    certified.certificate = std::string(64, 'a');
    certified.thumbprint = "0123456789ABCDEF0123456789ABCDEF01234567";
    certified.certificate_file = "certificates/one.pem";
    auto const rows = read_csv(written(write_export_csv, {pool(1, "Contoso", {certified})}, opened));
    REQUIRE(rows.size() == 2);
    CHECK(rows[1][2].empty());
    CHECK(std::vector(rows[1].begin() + 9, rows[1].end()) ==
          std::vector<std::string>{"certificate", certified.certificate_file, certified.thumbprint});
    auto const json =
        boost::json::parse(written(write_export_json, {pool(1, "Contoso", {certified})}, opened)).as_array();
    CHECK(json[0].at("key_value").is_null());
    CHECK(json[0].at("credential") == "certificate");
    CHECK(json[0].at("thumbprint") == boost::json::string(certified.thumbprint));
}

TEST_CASE("CSV: a key value is always in quotes and never changed; left out, its cell is empty") {
    auto const with = written(write_export_csv, {pool(1, "", {app(10, 1)})}, opened);
    CHECK(with.find(",\"=+\"\"~.Q8\\,'x\",") != std::string::npos);
    auto const without = read_csv(written(write_export_csv, {pool(1, "", {app(10, 1)})}, {}));
    CHECK(without.at(1).at(2).empty());
    CHECK(without.at(1).size() == 12);
}

TEST_CASE("JSON: an array of objects with the names of the CSV") {
    for (auto const& name : hostile_names) {
        CAPTURE(name);
        auto const document =
            boost::json::parse(written(write_export_json, {pool(1, name, {app(10, 1), app(20, 2)})}, opened));
        auto const& object = document.as_array().at(1).as_object();
        CHECK(document.as_array().size() == 2);
        CHECK(object.at("directory_id").as_string() == to_string(guid_for(1)));
        CHECK(object.at("application_id").as_string() == to_string(guid_for(20)));
        CHECK(object.at("key_value").as_string() == secret_text);
        CHECK(object.at("ordinal").as_int64() == 2);
        CHECK(object.at("tenant_name").as_string() == name);
        CHECK(object.size() == 12);
    }
}

TEST_CASE("JSON: what is left out or not known is null") {
    auto bare = app(10, 1);
    bare.key_id = {};
    bare.expires_at = {};
    auto const document = boost::json::parse(written(write_export_json, {pool(1, "x", {bare})}, {}));
    auto const& object = document.as_array().at(0).as_object();
    for (auto const* key : {"key_value", "key_id", "expires_at"}) CHECK(object.at(key).is_null());
}

TEST_CASE("Commvault: the apps of all pools of a tenant together, the key value in base64") {
    std::vector<export_pool> const pools{pool(1, "a", {app(10, 1)}), pool(1, "a", {app(20, 1)}, "second"),
                                         pool(2, "b", {app(30, 1)})};
    auto const document = boost::json::parse(written(write_export_commvault, pools, opened)).as_array();
    REQUIRE(document.size() == 2);
    auto const& first = document[0].as_object();
    CHECK(first.at("directory_id").as_string() == to_string(guid_for(1)));
    auto const& apps = first.at("azureAppList").at("azureApps").as_array();
    REQUIRE(apps.size() == 2);
    CHECK(apps[1].as_object() == boost::json::object{{"azureDirectoryId", to_string(guid_for(1))},
                                                     {"azureAppId", to_string(guid_for(20))},
                                                     {"azureAppKeyValue", "PSsifi5ROFwsJ3g="},
                                                     {"appStatus", 1},
                                                     {"azureAppType", 1}});
    auto const without = boost::json::parse(written(write_export_commvault, pools, {}));
    CHECK_FALSE(
        without.at(0).at("azureAppList").at("azureApps").at(0).as_object().contains("azureAppKeyValue"));
}

TEST_CASE("nothing ready is an empty document") {
    CHECK(written(write_export_json, {}, opened) == "[]\n");
    CHECK(written(write_export_commvault, {}, opened) == "[]\n");
    CHECK(read_csv(written(write_export_csv, {}, opened)).size() == 1);
    CHECK(written(write_ews_allow_list, {}, {}).find("Set-OrganizationConfig") == std::string::npos);
}

TEST_CASE("EWS allow list: a block for each tenant that reads, adds, removes doubles and sets one text") {
    auto const text = written(write_ews_allow_list,
                              {pool(1, "Contoso", {app(10, 1), app(20, 2)}), pool(2, "", {app(30, 1)})}, {});
    auto const block =
        "\n# Contoso, directory id " + to_string(guid_for(1)) +
        ": 2 applications\n"
        "& {\n"
        "    $add = @(\n"
        "        '" +
        to_string(guid_for(10)) +
        "'\n"
        "        '" +
        to_string(guid_for(20)) +
        "'\n"
        "    )\n"
        "    $ErrorActionPreference = 'Stop'\n"
        "    $settings = Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy -ErrorAction Stop\n"
        "    $present = @(@($settings.EwsAllowedAppIDs) -split '[,;\\s]+' | Where-Object { $_ })\n"
        "    $all = @($present + $add | ForEach-Object { $_.ToLowerInvariant() } | Sort-Object -Unique)\n"
        "    Set-OrganizationConfig -EwsAllowedAppIDs ($all -join ',') -EwsEnabled $true -ErrorAction Stop\n"
        "}\n";
    CHECK(text.find(block) != std::string::npos);
    CHECK(text.find("\n# directory id " + to_string(guid_for(2)) + ": 1 application\n") != std::string::npos);
    CHECK(text.find("replaces all of it") != std::string::npos);
}

TEST_CASE("EWS allow list: a name stays within its comment") {
    auto const plain = written(write_ews_allow_list, {pool(1, "x", {app(10, 1)})}, {});
    auto const lines = std::count(plain.begin(), plain.end(), '\n');
    for (auto const& name : hostile_names) {
        CAPTURE(name);
        auto const text = written(write_ews_allow_list, {pool(1, name, {app(10, 1)})}, {});
        CHECK(std::count(text.begin(), text.end(), '\n') == lines);
        auto const code = text.find("\n& {");
        CHECK(text.substr(code) == plain.substr(plain.find("\n& {")));
        CHECK(text.rfind("\n# ", code) == text.rfind('\n', code - 1));
        CHECK(text.find_first_of("\r\x1b") == std::string::npos);
    }
}

TEST_SUITE_END();
