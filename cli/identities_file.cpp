#include "cli/identities_file.hpp"

#include "cli/failure.hpp"
#include "cli/secret_file.hpp"
#include "cli/whole_file.hpp"
#include "planner/json_document.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view schema_name = "poolwright.identities/1";
constexpr std::string_view list_name = "identities";
constexpr std::size_t longest_path = 4096;

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), planner::lower);
    return result;
}

// What stands wrong is never repeated in a message: it may be a secret in the wrong place.
class identities_reader {
public:
    explicit identities_reader(std::string const& file)
        : file_(file), folder_(std::filesystem::path(file).parent_path()) {}

    std::vector<identity_found> read(std::string_view text) {
        std::vector<identity_found> all;
        auto const document = planner::parse_document(text, schema_name, file_, problems_);
        if (document) read_list(*document, all);
        if (!problems_.empty()) throw failure(problems_);
        return all;
    }

private:
    using reader = planner::object_reader;

    void read_list(json::object const& document, std::vector<identity_found>& all) {
        reader in(document, {}, file_, problems_);
        in.refuse_others({"schema", list_name});
        auto const* const list = in.array(list_name);
        if (list == nullptr) return;
        if (list->empty()) in.refuse(list_name, "needs at least one identity");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto const* const one = planner::object_at(*list, i, list_name, file_, problems_);
            if (one != nullptr) all.push_back(read_identity(*one, i));
        }
    }

    identity_found read_identity(json::object const& from, std::size_t index) {
        identity_found found;
        reader in(from, {list_name, index}, file_, problems_);
        in.refuse_others(
            {"client_id", "client_secret_file", "tenants", "client_secret", "client_certificate_path"});
        if (in.has("client_secret"))
            in.refuse("client_secret",
                      "a secret never stands in this file; name its file as client_secret_file");
        found.identity.client_id = read_client_id(in);
        if (in.has("client_certificate_path")) {
            in.refuse("client_certificate_path",
                      "certificates are not supported yet; use client_secret_file");
        } else {
            read_secret(in, found);
        }
        if (in.has("tenants")) found.tenants = read_tenants(in);
        return found;
    }

    std::string read_client_id(reader& in) {
        auto id = lower(in.text("client_id", longest_path));
        if (id.empty()) return id;
        if (!planner::is_guid(id)) in.refuse("client_id", "must be an application (client) id");
        if (std::ranges::find(ids_, id) != ids_.end())
            in.refuse("client_id", "the same application stands in the file before");
        ids_.push_back(id);
        return id;
    }

    void read_secret(reader& in, identity_found& into) {
        auto const named = in.text("client_secret_file", longest_path);
        if (named.empty()) return;
        auto const file = (folder_ / named).string();
        try {
            into.identity.credential =
                std::make_shared<provisioner::secret const>(read_secret_file(file, into.warning));
        } catch (bad_secret_file const& error) {
            in.refuse("client_secret_file", fmt::format("{}: {}", planner::shown(file), error.what()));
        }
    }

    static std::vector<std::string> read_tenants(reader& in) {
        std::vector<std::string> tenants;
        auto const* const list = in.array("tenants");
        if (list == nullptr) return tenants;
        if (list->empty())
            in.refuse("tenants", "needs at least one tenant; without it the identity is for all");
        for (std::size_t i = 0; i < list->size(); ++i) {
            auto const place = fmt::format("tenants[{}]", i);
            auto const* const text = (*list)[i].if_string();
            if (text == nullptr) {
                in.refuse(place, "must be a directory id or a domain");
            } else if (auto const fault = planner::check_tenant_id(*text)) {
                in.refuse(place, *fault);
            } else {
                tenants.push_back(lower(*text));
            }
        }
        return tenants;
    }

    std::string file_;
    std::filesystem::path folder_;
    planner::problem_list problems_;
    std::vector<std::string> ids_;
};

}  // namespace

std::vector<identity_found> read_identities(std::string const& path) {
    return identities_reader(path).read(read_document(path).text);
}

}  // namespace poolwright::cli
