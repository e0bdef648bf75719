#include "cli/identities_file.hpp"

#include "cli/failure.hpp"
#include "cli/secret_file.hpp"
#include "cli/whole_file.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view schema_name = "poolwright.identities/1";
constexpr std::size_t largest_file = 1'048'576;

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), planner::lower);
    return result;
}

// Walks the document and collects every problem with the path that leads to it.
class reader {
public:
    explicit reader(std::string const& file)
        : file_(file), folder_(std::filesystem::path(file).parent_path()) {}

    std::vector<identity_found> document(json::value const& root) {
        std::vector<identity_found> all;
        auto const* const object = root.if_object();
        if (object == nullptr) {
            problem("document", "must be an object");
            return all;
        }
        for (auto const& [key, value] : *object) {
            if (key != "schema" && key != "identities")
                problem(key, "unknown key; known here: schema, identities");
        }
        auto const* const schema = object->if_contains("schema");
        if (schema == nullptr || !schema->is_string() || schema->get_string() != schema_name)
            problem("schema", fmt::format("must be \"{}\"", schema_name));
        auto const* const list = object->if_contains("identities");
        if (list == nullptr || !list->is_array() || list->get_array().empty()) {
            problem("identities", "must be an array with at least one identity");
            return all;
        }
        for (std::size_t i = 0; i < list->get_array().size(); ++i)
            all.push_back(identity(list->get_array()[i], fmt::format("identities[{}]", i)));
        return all;
    }

    void problem(std::string_view path, std::string_view what) {
        problems.add({.file = file_, .line = 0, .column = 0, .message = fmt::format("{}: {}", path, what)});
    }

    planner::problem_list problems;

private:
    identity_found identity(json::value const& value, std::string const& path) {
        identity_found found;
        auto const* const object = value.if_object();
        if (object == nullptr) {
            problem(path, "must be an object");
            return found;
        }
        for (auto const& [key, child] : *object)
            check_key(key, fmt::format("{}.{}", path, std::string_view(key)));
        read_client_id(*object, path + ".client_id", found);
        read_secret(*object, path + ".client_secret_file", found);
        if (auto const* const tenants = object->if_contains("tenants"))
            read_tenants(*tenants, path + ".tenants", found);
        return found;
    }

    void check_key(std::string_view key, std::string const& path) {
        if (key == "client_id" || key == "client_secret_file" || key == "tenants") return;
        if (key == "client_secret")
            return problem(path, "a secret never stands in this file; name its file as client_secret_file");
        if (key == "client_certificate_path")
            return problem(path, "certificates are not supported yet; use client_secret_file");
        problem(path, "unknown key; known here: client_id, client_secret_file, tenants");
    }

    void read_client_id(json::object const& from, std::string const& path, identity_found& into) {
        auto const* const value = from.if_contains("client_id");
        if (value == nullptr || !value->is_string() || !planner::is_guid(value->get_string()))
            return problem(path, "must be an application (client) id");
        auto id = lower(value->get_string());
        if (std::ranges::find(ids_, id) != ids_.end())
            problem(path, "the same application stands in the file before");
        ids_.push_back(id);
        into.identity.client_id = std::move(id);
    }

    void read_secret(json::object const& from, std::string const& path, identity_found& into) {
        auto const* const value = from.if_contains("client_secret_file");
        if (value == nullptr && from.contains("client_certificate_path")) return;
        if (value == nullptr || !value->is_string() || value->get_string().empty())
            return problem(path, "must name the file of the secret");
        auto const file = (folder_ / std::string_view(value->get_string())).string();
        try {
            into.identity.client_secret =
                std::make_shared<provisioner::secret const>(read_secret_file(file, into.warning));
        } catch (bad_secret_file const& error) {
            problem(path, fmt::format("{}: {}", planner::shown(file), error.what()));
        }
    }

    void read_tenants(json::value const& value, std::string const& path, identity_found& into) {
        if (!value.is_array() || value.get_array().empty())
            return problem(path,
                           "must be an array with at least one tenant; without it the identity is for all");
        into.tenants.emplace();
        for (std::size_t i = 0; i < value.get_array().size(); ++i) {
            auto const place = fmt::format("{}[{}]", path, i);
            auto const* const text = value.get_array()[i].if_string();
            if (text == nullptr) {
                problem(place, "must be a directory id or a domain");
            } else if (auto const fault = planner::check_tenant_id(*text)) {
                problem(place, *fault);
            } else {
                into.tenants->push_back(lower(*text));
            }
        }
    }

    std::string file_;
    std::filesystem::path folder_;
    std::vector<std::string> ids_;
};

}  // namespace

std::vector<identity_found> read_identities(std::string const& path) {
    reader reading(path);
    std::vector<identity_found> all;
    auto file = planner::input_file::open(path);
    auto const text = file ? read_whole(*file, largest_file)
                           : boost::system::result<std::string, planner::problem>(file.error());
    if (!text) {
        reading.problems.add(text.error());
        throw failure(reading.problems);
    }
    boost::system::error_code error;
    auto const root = json::parse(*text, error);
    if (error) {
        reading.problem("document", "is not JSON: " + error.message());
    } else {
        all = reading.document(root);
    }
    if (!reading.problems.empty()) throw failure(reading.problems);
    return all;
}

}  // namespace poolwright::cli
