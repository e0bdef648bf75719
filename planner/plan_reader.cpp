#include "planner/json_document.hpp"
#include "planner/plan.hpp"
#include "planner/plan_parts.hpp"
#include "planner/tenant_cells.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

constexpr std::string_view changed =
    "this plan was changed after it was made: make it again with `poolwright plan --save`";
constexpr std::size_t longest_reason = 1000;
constexpr std::size_t longest_text = 256;
constexpr std::int64_t most_total = std::int64_t{1} << 62;

bool is_plan_id(std::string_view text) {
    return text.size() == 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_hex(c) && lower(c) == c; });
}
bool is_pool(std::string_view text) {
    return !check_pool(text);
}
bool is_pool_or_empty(std::string_view text) {
    return text.empty() || is_pool(text);
}
bool is_tenant_id(std::string_view text) {
    return text.empty() || (!check_tenant_id(text) &&
                            std::none_of(text.begin(), text.end(), [](char c) { return lower(c) != c; }));
}
bool is_name(std::string_view text) {
    return !check_name(text);
}
bool is_known_workload(std::string_view text) {
    return !check_workload(text);
}
bool is_redirect_uri(std::string_view text) {
    return text.empty() || !check_redirect_uri(text);
}
bool is_cloud(std::string_view text) {
    return text.empty() || !check_cloud(text);
}

void read_sizes(object_reader& in, planned_pool& row) {
    row.mailboxes = in.whole("mailboxes", 0, most_mailboxes);
    row.apps = in.whole("apps", 0, most_apps);
    row.existing = in.whole("existing", 0, most_apps);
    row.to_create = in.whole("to_create", 0, most_apps);
    row.surplus = in.whole("surplus", 0, most_apps);
    row.reason = in.text("reason", longest_reason);
    row.next_app_at = in.whole_or_null("next_app_at", 1, most_mailboxes);
}

planned_pool read_row(object_reader& in) {
    in.refuse_others({"tenant_id", "name", "workload", "pool", "rule", "redirect_uri", "cloud", "mailboxes",
                      "apps", "existing", "to_create", "surplus", "reason", "next_app_at"});
    planned_pool row;
    row.tenant_id =
        in.text("tenant_id", is_tenant_id, "must be a directory id or a domain name, in lower case");
    row.name = in.text("name", is_name, "must be at most 256 bytes without control characters");
    row.workload =
        in.text("workload", is_known_workload, "must be `exchange`, `onedrive`, `sharepoint` or `teams`");
    row.pool = in.text("pool", is_pool, "must be 1 to 40 letters, digits and `-`");
    row.rule = in.text("rule", is_plain_name, "must be the name of a rule");
    row.redirect_uri = in.text("redirect_uri", is_redirect_uri, "must be an https address");
    row.cloud = in.text("cloud", is_cloud, "must be `global`, `usgov`, `dod` or `china`");
    read_sizes(in, row);
    return row;
}

// What is wrong between the rows of a plan, and between a row and the options of the run.
class row_checker {
public:
    row_checker(std::size_t rows, std::int64_t max_apps) : rows_(rows), max_apps_(max_apps) {
        seen_.reserve(rows);
    }

    void check(planned_pool const& row, std::size_t index, object_reader& in) {
        if (row.tenant_id.empty() && rows_ > 1)
            in.refuse("tenant_id", "is empty, which only the one pool of a plan without tenants may be");
        if (row.apps > max_apps_) {
            in.refuse("apps", fmt::format("{} needs {} apps, more than --max-apps {}: correct the number of "
                                          "mailboxes or raise the limit",
                                          shown(row.tenant_id), grouped(row.apps), max_apps_));
        }
        auto const [first, is_new] = seen_.try_emplace(row.tenant_id + '\n' + row.pool, index);
        if (!is_new)
            in.refuse("tenant_id", fmt::format("the same tenant and pool as in tenants[{}]", first->second));
    }

private:
    std::size_t rows_;
    std::int64_t max_apps_;
    std::unordered_map<std::string, std::size_t> seen_;
};

void read_rows(plan& into, json::array const& rows, std::string_view file, std::int64_t max_apps,
               problem_list& problems) {
    row_checker checker(rows.size(), max_apps);
    into.pools.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const* object = object_at(rows, i, "tenants", file, problems);
        if (!object) continue;
        auto const before = problems.total();
        object_reader in(*object, {"tenants", i}, file, problems);
        auto row = read_row(in);
        if (problems.total() == before) checker.check(row, i, in);
        into.pools.push_back(std::move(row));
    }
}

plan_totals read_totals(object_reader in) {
    in.refuse_others({"tenants", "mailboxes", "apps", "existing", "to_create", "surplus"});
    plan_totals totals;
    totals.tenants = in.whole("tenants", 0, most_total);
    totals.mailboxes = in.whole("mailboxes", 0, most_total);
    totals.apps = in.whole("apps", 0, most_total);
    totals.existing = in.whole("existing", 0, most_total);
    totals.to_create = in.whole("to_create", 0, most_total);
    totals.surplus = in.whole("surplus", 0, most_total);
    return totals;
}

plan_basis read_basis(object_reader in) {
    in.refuse_others({"ledger_id", "plan_number"});
    plan_basis basis;
    basis.ledger_id = in.text("ledger_id", longest_text);
    basis.plan_number = in.whole("plan_number", 0, most_total);
    return basis;
}

plan_header read_header(object_reader& in, std::string_view file, problem_list& problems) {
    plan_header header;
    if (auto const* rule = in.object("rule")) header.rule = read_rule(*rule, "rule", file, problems);
    header.growth_percent = static_cast<int>(in.whole("growth_percent", 0, most_growth_percent));
    header.pool = in.text("pool", is_pool_or_empty, "must be 1 to 40 letters, digits and `-`, or empty");
    if (auto const* profile = in.object("profile"))
        header.profile = read_profile(*profile, "profile", file, problems);
    if (in.has("based_on")) {
        if (auto const* basis = in.object("based_on")) {
            header.based_on = read_basis(object_reader(*basis, {"based_on", {}}, file, problems));
        }
    }
    return header;
}

// Whether the plan is what plan_id and totals say.
bool is_unchanged(plan const& read) {
    plan_digest digest(read.header);
    plan_totals totals;
    for (auto const& row : read.pools) {
        digest.add(row);
        totals.add(row);
    }
    return digest.finish() == read.plan_id && totals == read.totals;
}

}  // namespace

boost::system::result<plan, problem_list> parse_plan(std::string_view text, std::string_view file,
                                                     std::int64_t max_apps) {
    problem_list problems;
    auto const document = parse_document(text, "poolwright.plan/1", file, problems);
    if (!document) return problems;
    object_reader in(*document, {}, file, problems);
    in.refuse_others(
        {"schema", "plan_id", "rule", "growth_percent", "pool", "profile", "based_on", "tenants", "totals"});
    plan out;
    out.plan_id = in.text("plan_id", is_plan_id, "must be 64 hexadecimal digits");
    out.header = read_header(in, file, problems);
    if (auto const* rows = in.array("tenants")) read_rows(out, *rows, file, max_apps, problems);
    if (auto const* totals = in.object("totals"))
        out.totals = read_totals(object_reader(*totals, {"totals", {}}, file, problems));
    if (problems.empty() && !is_unchanged(out)) problems.add({std::string(file), 0, 0, std::string(changed)});
    if (!problems.empty()) return problems;
    return out;
}

}  // namespace poolwright::planner
