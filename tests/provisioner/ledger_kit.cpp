#include "tests/provisioner/ledger_kit.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace poolwright::provisioner {

guid guid_for(std::uint32_t number) {
    guid id;
    for (std::size_t i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    id.bytes[15] = 1;
    return id;
}

wall_seconds second(std::int64_t count) {
    return wall_seconds(std::chrono::seconds(count));
}

slot_row full_slot(pool_id pool, std::int32_t ordinal, std::string reason) {
    slot_row row;
    row.pool = pool;
    row.ordinal = ordinal;
    auto& record = row.record;
    record.state = slot_state::pending;
    record.act = slot_act::remove_credential;
    record.adopted = true;
    record.proven = true;
    auto const number = static_cast<std::uint32_t>(pool * 1000 + ordinal);
    record.intent = guid_for(number * 10 + 1);
    record.act_key = guid_for(number * 10 + 2);
    record.object_id = guid_for(number * 10 + 3);
    record.application_id = guid_for(number * 10 + 4);
    record.principal_id = guid_for(number * 10 + 5);
    record.key_id = guid_for(number * 10 + 6);
    record.since = second(1'700'000'001);
    record.expires_at = second(1'800'000'002);
    record.unsettled_since = second(1'700'000'003);
    record.sealed = std::string(124, 'S') + std::to_string(number);
    record.display_name = "Backup pool exchange " + std::to_string(ordinal) + " \xC3\xBC";
    record.reason = std::move(reason);
    return row;
}

made_plan::made_plan(char letter, std::vector<std::uint32_t> const& tenants, std::int64_t apps) {
    plan.plan_id = std::string(64, letter);
    for (auto const number : tenants) {
        planner::planned_pool pool;
        pool.tenant_id = to_string(guid_for(number));
        pool.name = fmt::format("Tenant {} of plan {}", number, letter);
        pool.workload = "exchange";
        pool.pool = "exchange";
        pool.apps = apps;
        plan.pools.push_back(std::move(pool));
    }
    for (std::size_t i = 0; i < tenants.size(); ++i) pools.push_back({guid_for(tenants[i]), &plan.pools[i]});
}

made_plan& made_plan::based_on(std::string ledger_id, std::int64_t plan_number) {
    plan.header.based_on = planner::plan_basis{std::move(ledger_id), plan_number};
    return *this;
}

commit_executor commits_at_once() {
    return commit_at_once;
}

commit_executor held_commits::executor() {
    return [this](std::function<void()> job, std::function<void(std::exception_ptr)> done) {
        queue_.push_back({std::move(job), std::move(done)});
    };
}

void held_commits::run_one() {
    auto const next = std::move(queue_.front());
    queue_.pop_front();
    commits_at_once()(next.job, next.done);
}

void held_commits::run_all() {
    while (!queue_.empty()) run_one();
}

ledger_change change_of(slot_row row) {
    ledger_change change;
    change.slots.push_back(std::move(row));
    return change;
}

void commit_now(ledger& book, ledger_change change) {
    bool told = false;
    book.commit(std::move(change), [&](std::exception_ptr const& error) {
        told = true;
        if (error) std::rethrow_exception(error);
    });
    REQUIRE(told);
}

namespace {

std::string text_of(pool_row const& row) {
    return fmt::format("pool {} {} {} {} {} {} {} {} {}\n", row.id, to_string(row.directory_id), row.pool,
                       row.workload, row.tenant_name, row.named_as, row.planned, row.plan_number,
                       row.last_error);
}

std::string text_of(slot_row const& row) {
    auto const& is = row.record;
    return fmt::format("slot {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}\n", row.pool, row.ordinal,
                       static_cast<int>(is.state), static_cast<int>(is.act), is.adopted, is.proven,
                       to_hex(is.intent), to_hex(is.act_key), to_hex(is.object_id), to_hex(is.application_id),
                       to_hex(is.principal_id), to_hex(is.key_id), is.since.time_since_epoch().count(),
                       is.expires_at.time_since_epoch().count(),
                       is.unsettled_since.time_since_epoch().count(), is.sealed + is.certificate,
                       is.display_name, is.reason);
}

std::string text_of(spent_row const& row) {
    return fmt::format("spent {} {} {} {} {}\n", row.client_id, to_string(row.directory_id),
                       row.at.time_since_epoch().count(), row.writes, row.resource_units);
}

std::string text_of(event_row const& row) {
    return fmt::format("event {} {} {} {} {} {} {}\n", row.number, row.at.time_since_epoch().count(),
                       row.type, to_string(row.directory_id), row.pool, row.ordinal, row.detail);
}

}  // namespace

std::string contents(ledger_reader const& book) {
    auto text = fmt::format("ledger {} key {} plan {}\n", book.ledger_id(), book.key_fingerprint(),
                            book.plan_number());
    for (auto const& row : book.pools()) text += text_of(row);
    book.slots([&](slot_row const& row) { text += text_of(row); });
    for (auto const& row : book.spent_since(second(0))) text += text_of(row);
    for (auto const& row : book.entered())
        text += fmt::format("entered {} {}\n", to_string(row.directory_id), row.client_id);
    for (auto const& row : book.held())
        text += fmt::format("held {} {} {} {}\n", row.client_id, to_string(row.directory_id), row.writes,
                            row.until.time_since_epoch().count());
    book.certificates([&](certificate_row const& row) {
        text +=
            fmt::format("certificate {} {} {} {} {} {} {}\n", row.fingerprint, to_string(row.directory_id),
                        row.shared, row.certificate, row.sealed, row.valid_from.time_since_epoch().count(),
                        row.valid_until.time_since_epoch().count());
    });
    book.events(0, [&](event_row const& row) { text += text_of(row); });
    return text;
}

ledger_location at_file(std::string const& file) {
    return {file, {}};
}
ledger_location in_memory(std::string const& name) {
    return {{}, name};
}

std::string error_of(std::function<void()> const& act) {
    try {
        act();
    } catch (ledger_error const& error) {
        std::string text = error.what();
        CHECK_FALSE(has(text, "\n"));
        return text;
    }
    FAIL("no ledger_error");
    return {};
}

void run_sql(std::string const& file, std::string const& statement) {
    soci::session sql(soci::sqlite3, "dbname=" + file);
    soci::statement run(sql);
    run.alloc();
    run.prepare(statement);
    run.define_and_bind();
    run.execute(true);
}

}  // namespace poolwright::provisioner
