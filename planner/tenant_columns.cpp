#include "planner/tenant_columns.hpp"

#include "planner/wording.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace poolwright::planner {

namespace {

struct column_name {
    std::string_view name;  // as normalised() leaves it
    tenant_column column;
};

constexpr std::array<column_name, 15> names{{
    {"tenantid", tenant_column::tenant_id},
    {"tenant", tenant_column::tenant_id},
    {"directoryid", tenant_column::tenant_id},
    {"customertenantid", tenant_column::tenant_id},
    {"mailboxes", tenant_column::mailboxes},
    {"mailboxcount", tenant_column::mailboxes},
    {"mailboxtotal", tenant_column::mailboxes},
    {"name", tenant_column::name},
    {"customer", tenant_column::name},
    {"displayname", tenant_column::name},
    {"company", tenant_column::name},
    {"workload", tenant_column::workload},
    {"rule", tenant_column::rule},
    {"redirecturi", tenant_column::redirect_uri},
    {"cloud", tenant_column::cloud},
}};

std::string normalised(std::string_view header) {
    std::string out;
    for (char const c : header) {
        if (c != ' ' && c != '\t' && c != '_' && c != '-') out += lower(c);
    }
    return out;
}

std::optional<tenant_column> exactly(std::string_view name) {
    auto const found =
        std::find_if(names.begin(), names.end(), [&](column_name const& one) { return one.name == name; });
    return found == names.end() ? std::nullopt : std::optional(found->column);
}

}  // namespace

std::string_view to_string(tenant_column column) noexcept {
    constexpr std::array<std::string_view, tenant_column_count> texts{
        "tenant_id", "mailboxes", "name", "workload", "rule", "redirect_uri", "cloud"};
    return texts[static_cast<std::size_t>(column)];
}

std::optional<tenant_column> column_of(std::string_view header) {
    return exactly(normalised(header));
}

std::optional<tenant_column> nearest_column(std::string_view header) {
    std::array<std::string_view, names.size()> candidates;
    std::transform(names.begin(), names.end(), candidates.begin(),
                   [](column_name const& one) { return one.name; });
    return exactly(nearest(normalised(header), candidates));
}

}  // namespace poolwright::planner
