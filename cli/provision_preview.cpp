#include "cli/provision_preview.hpp"

#include "cli/provision_words.hpp"
#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace poolwright::cli {
namespace {

namespace json = boost::json;
using provisioner::pool_id;

// A pool by one of the names that its tenant has.
std::string key_of(std::string_view tenant, std::string_view pool) {
    return fmt::format("{}/{}", tenant, pool);
}

// Finds the ledger's id of a planned pool.
class pool_index {
public:
    explicit pool_index(provisioner::ledger_reader const& book) {
        for (auto const& pool : book.pools()) {
            ids_.emplace(key_of(pool.named_as, pool.pool), pool.id);
            ids_.emplace(key_of(to_string(pool.directory_id), pool.pool), pool.id);
        }
    }
    [[nodiscard]] pool_id const* find(planner::planned_pool const& row) const {
        auto const found = ids_.find(key_of(row.tenant_id, row.pool));
        return found == ids_.end() ? nullptr : &found->second;
    }

private:
    std::unordered_map<std::string, pool_id> ids_;
};

void count_known(run_preview& what, provisioner::ledger_reader const& book) {
    pool_index const index(book);
    std::unordered_map<pool_id, previewed_pool*> places;
    for (auto& pool : what.pools) {
        if (auto const* const id = index.find(*pool.row)) places.emplace(*id, &pool);
    }
    book.slots([&](provisioner::slot_row&& slot) {
        auto const found = places.find(slot.pool);
        if (found == places.end() || slot.ordinal > found->second->row->apps) return;
        ++(slot.record.state == provisioner::slot_state::ready ? found->second->ready : found->second->begun);
    });
}

void sum_up(run_preview& what, std::int32_t writes_per_app) {
    std::set<std::string_view> tenants;
    for (auto const& pool : what.pools) {
        what.planned += pool.row->apps;
        what.ready += pool.ready;
        what.begun += pool.begun;
        what.to_create += pool.to_create();
        bool const untouched = pool.begun + pool.to_create() == 0 && (!what.verify || pool.ready == 0);
        if (!untouched) tenants.insert(pool.row->tenant_id);
    }
    what.tenants = static_cast<std::int64_t>(tenants.size());
    what.writes = (what.begun + what.to_create) * writes_per_app;
}

std::string work_words(std::int64_t to_create, std::int64_t begun, std::int64_t ready, bool verify) {
    std::string text;
    auto const add = [&text](std::string_view verb, std::int64_t number) {
        if (number == 0) return;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}", verb, counted(number, "app"));
    };
    add("create", to_create);
    add("finish", begun);
    if (verify) add("verify", ready);
    return text;
}

// What is to be done in a pool, as plans of infrastructure are shown: + is made, ~ was begun and is finished,
// = is there and is compared.
struct work_line {
    std::string work;  // "+ 6 apps"
    std::string where;
    std::string why;
};

std::vector<work_line> lines_of(previewed_pool const& pool, bool verify) {
    auto const& row = *pool.row;
    std::vector<work_line> lines;
    auto where = words_for({.id = row.tenant_id, .name = row.name});
    if (row.pool != row.workload) where += ", pool " + visible(row.pool);
    auto const add = [&](char sign, std::int64_t apps, std::string why) {
        if (apps > 0)
            lines.push_back({fmt::format("{} {}", sign, counted(apps, "app")), where, std::move(why)});
    };
    add('+', pool.to_create(),
        fmt::format("{} mailbox{}: {}", planner::grouped(row.mailboxes), row.mailboxes == 1 ? "" : "es",
                    row.reason));
    add('~', pool.begun, "begun by an earlier run");
    if (verify) add('=', pool.ready, "ready, to be compared");
    return lines;
}

std::string padded(std::string text, std::size_t width) {
    text.append(width - std::min(width, display_width(text)), ' ');
    return text;
}

// As terraform colours its plans.
std::string painted(std::string const& work) {
    std::string_view const color = work.front() == '+' ? "32" : work.front() == '~' ? "33" : "36";
    return fmt::format("\x1b[{}m{}\x1b[0m", color, work);
}

std::string lines_text(run_preview const& what, bool color) {
    std::vector<work_line> lines;
    for (auto const& pool : what.pools) {
        for (auto& each : lines_of(pool, what.verify)) lines.push_back(std::move(each));
    }
    std::size_t work = 0;
    std::size_t where = 0;
    for (auto const& each : lines) {
        work = std::max(work, each.work.size());
        where = std::max(where, display_width(each.where));
    }
    std::string text;
    for (auto const& each : lines) {
        auto const sign = padded(each.work, work);
        text +=
            fmt::format("{}  {}  {}\n", color ? painted(sign) : sign, padded(each.where, where), each.why);
    }
    return text;
}

}  // namespace

run_preview preview(plan_rows const& rows, provisioner::ledger_reader const* book,
                    std::int32_t writes_per_app, bool verify) {
    run_preview what;
    what.verify = verify;
    for (auto const* row : rows) what.pools.push_back({.row = row});
    if (book != nullptr) count_known(what, *book);
    sum_up(what, writes_per_app);
    return what;
}

std::string question(run_preview const& what, provisioner::cloud const& services) {
    auto text = work_words(what.to_create, what.begun, what.ready, what.verify);
    if (!text.empty()) text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return fmt::format("{} in {} (about {} to {})?", text, counted(what.tenants, "tenant"),
                       counted(what.writes, "write"), services.graph.at.authority());
}

std::string preview_text(run_preview const& what, bool color) {
    auto text = lines_text(what, color);
    auto const work = work_words(what.to_create, what.begun, what.ready, what.verify);
    if (what.identities > 1) text += fmt::format("{} identities share the tenants\n", what.identities);
    if (work.empty())
        return text + fmt::format("nothing to do: {} planned, all ready\n", counted(what.planned, "app"));
    return text + fmt::format("would {} in {} (about {}); {} of {} ready\n", work,
                              counted(what.tenants, "tenant"), counted(what.writes, "write"),
                              planner::grouped(what.ready), counted(what.planned, "app"));
}

json::object preview_json(run_preview const& what) {
    json::array pools;
    for (auto const& pool : what.pools) {
        pools.push_back(json::object{{"tenant_id", pool.row->tenant_id},
                                     {"name", pool.row->name},
                                     {"pool", pool.row->pool},
                                     {"planned", pool.row->apps},
                                     {"ready", pool.ready},
                                     {"begun", pool.begun},
                                     {"to_create", pool.to_create()}});
    }
    return {{"schema", "poolwright.run/1"},
            {"dry_run", true},
            {"identities", what.identities},
            {"totals",
             {{"planned", what.planned},
              {"ready", what.ready},
              {"begun", what.begun},
              {"to_create", what.to_create},
              {"writes", what.writes}}},
            {"pools", std::move(pools)}};
}

}  // namespace poolwright::cli
