#include "provisioner/rights.hpp"

#include <algorithm>

namespace poolwright::provisioner {

bool has_any_right(std::span<std::string const> rights, std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return std::find(rights.begin(), rights.end(), name) != rights.end();
    });
}

bool may_read_applications(std::span<std::string const> rights) {
    return has_any_right(rights, {"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All",
                                  "Directory.ReadWrite.All"});
}

std::vector<std::string_view> missing_rights(std::span<std::string const> rights, bool of_a_person) {
    std::vector<std::string_view> missing;
    if (!has_any_right(rights, {"Application.ReadWrite.OwnedBy", "Application.ReadWrite.All"}))
        missing.emplace_back(of_a_person ? "Application.ReadWrite.All" : "Application.ReadWrite.OwnedBy");
    if (!has_any_right(rights, {"AppRoleAssignment.ReadWrite.All"}))
        missing.emplace_back("AppRoleAssignment.ReadWrite.All");
    if (!may_read_applications(rights)) missing.emplace_back("Application.Read.All");
    return missing;
}

}  // namespace poolwright::provisioner
