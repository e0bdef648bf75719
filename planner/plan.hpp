#pragma once

#include "planner/permission_profile.hpp"
#include "planner/sizing_rule.hpp"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The plan: for every tenant the number of apps, the reason, and the next threshold. Deterministic (same
// input, same bytes), complete in itself: whoever provisions a saved plan reads nothing else.
//
// The document is one JSON object, a tenant a line, its keys in this order: schema, plan_id, rule,
// growth_percent, pool, profile, based_on (only if known), tenants, totals. Its canonical form, over which
// plan_id is computed, is the same in UTF-8 without white space, without plan_id and without what only
// informs: based_on, and existing, to_create and surplus in tenants and totals. Strings are escaped only
// where JSON demands it: `\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, and \u00xx in lower case for the other
// control characters; `/` and everything above U+007F stand as they are.

namespace poolwright::planner {

// One pool of one tenant: one row of the tenant CSV.
struct planned_pool {
    // Directory id or domain name, in lower case. Empty in a plan that sizes a number of mailboxes and no
    // tenant: such a plan has this one pool and cannot be provisioned.
    std::string tenant_id;
    std::string name;
    std::string workload;
    std::string pool;
    std::string rule;          // the name of the rule that sized it
    std::string redirect_uri;  // empty: the option of the run
    std::string cloud;         // empty: the option of the run
    std::int64_t mailboxes = 0;
    std::int64_t apps = 0;
    std::int64_t existing =
        0;  // informs only, as do the next two: what the ledger knew when the plan was made
    std::int64_t to_create = 0;
    std::int64_t surplus = 0;
    std::string reason;
    std::optional<std::int64_t> next_app_at;

    bool operator==(planned_pool const&) const = default;
};

// What the totals line says. Sums of fewer than 2^32 rows of at most 10^9 each: they fit.
struct plan_totals {
    std::int64_t tenants = 0;
    std::int64_t mailboxes = 0;
    std::int64_t apps = 0;
    std::int64_t existing = 0;
    std::int64_t to_create = 0;
    std::int64_t surplus = 0;

    bool operator==(plan_totals const&) const = default;
    void add(planned_pool const& row);
};

// Which state of which ledger a plan was made against; informs the check whether a saved plan is older than
// what the ledger holds.
struct plan_basis {
    std::string ledger_id;
    std::int64_t plan_number = 0;

    bool operator==(plan_basis const&) const = default;
};

// What is said once for all pools of a plan.
struct plan_header {
    sizing_rule rule;
    int growth_percent = 0;
    std::string pool;  // the --pool option; empty: each row's workload
    permission_profile profile;
    std::optional<plan_basis> based_on;

    bool operator==(plan_header const&) const = default;
};

// A whole plan in memory, for whoever provisions it.
struct plan {
    std::string plan_id;  // SHA-256, 64 hex digits, over the canonical document without what only informs
    plan_header header;
    std::vector<planned_pool> pools;
    plan_totals totals;
};

// Computes plan_id from the pools as they pass by, so that a plan of a million rows need not be in memory.
// Every add() must come in the order in which the pools are written.
class plan_digest {
public:
    explicit plan_digest(plan_header const& header);
    ~plan_digest();
    plan_digest(plan_digest const&) = delete;
    plan_digest& operator=(plan_digest const&) = delete;
    void add(planned_pool const& row);
    // The plan_id; once, after the last add.
    std::string finish();

private:
    struct state;
    std::unique_ptr<state> state_;
};

// Writes the document of schema poolwright.plan/1 piece by piece: begin, every pool, end.
class plan_writer {
public:
    explicit plan_writer(std::ostream& out);
    void begin(plan_header const& header, std::string_view plan_id);
    void add(planned_pool const& row);
    void end(plan_totals const& totals);

private:
    std::ostream& out_;
    std::string line_;
    bool first_ = true;
};

// The most apps that one row of any plan may have, whatever --max-apps says.
inline constexpr std::int64_t most_apps = 1'000'000'000;

// Reads a saved plan and checks it: schema, keys, types, ranges, the same tenant and pool twice, `max_apps`,
// and that plan_id and totals match.
boost::system::result<plan, problem_list> parse_plan(std::string_view json, std::string_view file,
                                                     std::int64_t max_apps);

}  // namespace poolwright::planner
