#include "provisioner/ledger_rows.hpp"

#include "cli/export_format.hpp"
#include "provisioner/ledger.hpp"
#include "tests/fuzz/input.hpp"

#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <array>
#include <charconv>
#include <sstream>

// The ledger: Columns (a letter for the table, and the text of each column, each ending with 0x1f) as they
// become what the program knows; Texts of any kind that are recorded and read again; Damage (the number of
// the table and of the column, a letter for the kind of a value, and the value) done to one row.

namespace poolwright::fuzz {

namespace {

using namespace provisioner;

void set(std::int64_t& column, std::string_view text) {
    std::from_chars(text.data(), text.data() + text.size(), column);
}
void set(std::string& column, std::string_view text) {
    column = text;
}

template <class Row>
std::string text_of(Row row) {
    std::string text(Row::table);
    Row::each(row, [&](std::string_view name, auto const& value) {
        text += fmt::format(" {}=\"{}\"", name, value);
    });
    return text + '\n';
}

// What the program takes a row for is written as that very row again: a column holds what poolwright writes,
// or the row is refused.
template <class Row>
auto understood(input& in) {
    Row columns;
    Row::each(columns, [&](std::string_view, auto& column) { set(column, in.text()); });
    auto const before = text_of(columns);
    auto row = row_of(std::move(columns));
    if (row)
        require(text_of(columns_of(*row)) == before, "a row is understood as it stands there, or refused");
    return row;
}

void use(slot_row const& row) {
    std::array<cli::export_pool, 1> pools;
    pools[0].apps.push_back({row.record.application_id, row.record.key_id, row.record.expires_at, row.ordinal,
                             row.record.display_name, row.record.sealed});
    std::ostringstream out;
    cli::write_export_csv(pools, nullptr, out);
    auto const now = std::chrono::system_clock::time_point(std::chrono::seconds(1'790'000'000));
    for (auto const at : {row.record.since, row.record.expires_at, row.record.unsettled_since})
        require(std::chrono::system_clock::time_point(at) - now < std::chrono::years(280),
                "a time is in reach");
}

void fuzz_columns(input& in) {
    switch (in.byte()) {
        case 'p':
            if (auto const row = understood<pool_columns>(in))
                require(row->planned >= 0 && row->plan_number >= 0, "a number of apps is not negative");
            return;
        case 's':
            if (auto const row = understood<slot_columns>(in)) use(*row);
            return;
        case 'e':
            understood<event_columns>(in);
            return;
        case 'u':
            if (auto const row = understood<spent_columns>(in)) {
                require(row->writes >= 0 && row->resource_units >= 0, "what was spent is not negative");
                require(row->writes + row->writes > 0 || row->writes == 0, "what was spent can be added up");
            }
            return;
        case 'n':
            understood<entered_columns>(in);
            return;
        default:
            return;
    }
}

void commit(ledger& book, ledger_change change) {
    bool durable = false;
    book.commit(std::move(change), [&](std::exception_ptr const& error) { durable = error == nullptr; });
    require(durable, "what is recorded is durable");
}

pool_id make_pool(ledger& book) {
    planner::plan plan;
    plan.plan_id = std::string(64, 'a');
    planner::planned_pool pool;
    pool.tenant_id = "11111111-1111-4111-8111-111111111111";
    pool.workload = pool.pool = "exchange";
    pool.apps = 2;
    plan.pools.push_back(pool);
    std::array<resolved_pool, 1> const pools{{{*parse_guid(pool.tenant_id), &plan.pools[0]}}};
    return book.accept_plan(plan, pools, false, wall_seconds(std::chrono::seconds(1)))->front();
}

slot_row slot_with(std::string display_name, std::string sealed, std::string reason) {
    slot_row row;
    row.pool = row.ordinal = 1;
    row.record.intent = row.record.object_id = *parse_guid("22222222-2222-4222-8222-222222222222");
    row.record.expires_at = wall_seconds(std::chrono::seconds(1'800'000'000));
    row.record.display_name = std::move(display_name);
    row.record.sealed = std::move(sealed);
    row.record.reason = std::move(reason);
    return row;
}

// Whatever Graph says is remembered as it was said.
void fuzz_texts(input& in) {
    static auto const book = make_ledger({{}, "fuzz-texts"}, commit_at_once);
    static auto const pool = make_pool(*book);
    static std::int64_t events = 0;
    std::string const name(in.text());
    std::string const sealed(in.text());
    // What a key seals is base64, in which the mark of a certificate cannot stand.
    if (sealed.starts_with(certificate_mark)) return;
    auto const slot = slot_with(name, sealed, std::string(in.text()));
    std::string const error(in.text());
    std::string const detail(in.text());
    ledger_change change;
    change.slots = {slot};
    change.pool_errors = {{pool, error}};
    change.events = {{wall_seconds(std::chrono::seconds(5)), "app_created", {}, "exchange", 1, detail}};
    commit(*book, std::move(change));
    book->slots(
        [&](slot_row&& read) { require(read.record == slot.record, "a record is read as it was written"); });
    require(book->pools().front().last_error == error, "an error is read as it was written");
    book->events(events, [&](event_row&& read) {
        require(read.detail == detail, "an event is read as it was written");
        events = read.number;
    });
}

// Everything that a reader gives.
std::string contents(ledger_reader const& book) {
    auto text = fmt::format("{} {} {}\n", book.ledger_id(), book.key_fingerprint(), book.plan_number());
    for (auto const& row : book.pools()) text += text_of(columns_of(row));
    book.slots([&](slot_row const& row) { text += text_of(columns_of(row)); });
    for (auto const& row : book.spent_since(wall_seconds{})) text += text_of(columns_of(row));
    for (auto const& row : book.entered()) text += text_of(columns_of(row));
    book.events(0, [&](event_row const& row) { text += text_of(columns_of(row)); });
    return text;
}

// A ledger in memory with a row or two in every table, and another program that changes one of them.
class damaged_ledger {
public:
    damaged_ledger() : book_(make_ledger({{}, "fuzz-damage"}, commit_at_once)) {
        make_pool(*book_);
        book_->bind_key("0123456789abcdef0123456789abcdef");
        ledger_change change;
        change.slots = {slot_with("Backup pool 1", "sealed", "because")};
        change.events = {{wall_seconds(std::chrono::seconds(5)), "app_created", {}, "exchange", 1, "made"}};
        change.spent = {{"client", guid{}, wall_seconds(std::chrono::seconds(7)), 1, 2}};
        change.entered = {{guid{}, "client"}};
        commit(*book_, std::move(change));
        expected_ = contents(*book_);
        sql_.open(soci::sqlite3, "dbname=file:/poolwright/fuzz-damage?vfs=memdb");
        for (auto const& table : tables)
            run(fmt::format("CREATE TEMP TABLE saved_{0} AS SELECT * FROM {0}", table));
    }

    void change(std::size_t table, std::size_t column, std::string const& value) {
        auto const name = tables[table % tables.size()];
        auto const columns = columns_in(name);
        try {
            run(fmt::format("UPDATE main.{} SET {} = {}", name, columns[column % columns.size()], value));
        } catch (soci::soci_error const&) {
            return;  // not a value that SQLite takes there
        }
        read();
        run(fmt::format("DELETE FROM main.{}", name));
        run(fmt::format("INSERT INTO main.{0} SELECT * FROM saved_{0}", name));
    }

private:
    static constexpr std::array<std::string_view, 7> tables{"meta",   "plans", "pools",  "slots",
                                                            "events", "spent", "entered"};

    void read() {
        try {
            require(contents(*book_) == expected_, "a ledger is read as it was written, or not at all");
        } catch (ledger_error const& error) {
            std::string_view const what = error.what();
            require_one_line(what);
            require(what.starts_with("the ledger memory fuzz-damage "), "an error names the ledger");
        }
    }

    void run(std::string const& text) {
        soci::statement statement(sql_);
        statement.alloc();
        statement.prepare(text);
        statement.define_and_bind();
        statement.execute(true);
    }

    static std::vector<std::string_view> columns_in(std::string_view table);

    std::unique_ptr<ledger> book_;
    std::string expected_;
    soci::session sql_;
};

template <class Row>
std::vector<std::string_view> columns_of_table() {
    std::vector<std::string_view> names;
    Row const row;
    Row::each(row, [&](std::string_view name, auto const&) { names.push_back(name); });
    names.push_back("checksum");
    return names;
}

std::vector<std::string_view> damaged_ledger::columns_in(std::string_view table) {
    if (table == "meta") return columns_of_table<meta_columns>();
    if (table == "plans") return columns_of_table<plan_columns>();
    if (table == "pools") return columns_of_table<pool_columns>();
    if (table == "slots") return columns_of_table<slot_columns>();
    if (table == "events") return columns_of_table<event_columns>();
    if (table == "spent") return columns_of_table<spent_columns>();
    return columns_of_table<entered_columns>();
}

// A value as it stands in a statement.
std::string sql_value(char kind, std::string_view value) {
    if (kind == 'n') return "NULL";
    std::string hex;
    for (char const c : value) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    if (kind == 't') return fmt::format("CAST(x'{}' AS TEXT)", hex);
    if (kind == 'r') return fmt::format("CAST(CAST(x'{}' AS TEXT) AS REAL)", hex);
    if (kind == 'i') return fmt::format("CAST(CAST(x'{}' AS TEXT) AS INTEGER)", hex);
    return fmt::format("x'{}'", hex);
}

void fuzz_damage(input& in) {
    static damaged_ledger ledger;
    std::size_t const table = in.byte();
    std::size_t const column = in.byte();
    auto const kind = static_cast<char>(in.byte());
    ledger.change(table, column, sql_value(kind, in.rest()));
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    switch (in.byte()) {
        case 'C':
            return fuzz_columns(in);
        case 'T':
            return fuzz_texts(in);
        case 'D':
            return fuzz_damage(in);
        default:
            return;
    }
}

}  // namespace poolwright::fuzz
