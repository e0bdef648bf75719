#pragma once

#include "planner/wording.hpp"
#include "provisioner/ledger_rows.hpp"
#include "provisioner/ledger_session.hpp"

#include <fmt/format.h>
#include <soci/soci.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

// One SQL statement of each kind for every table, made from its columns. Used by the ledger alone.

namespace poolwright::provisioner {

template <class Row>
constexpr bool is_key(std::string_view column) {
    return std::ranges::find(Row::key, column) != Row::key.end();
}

// "name, value": every column of the table, without the checksum.
template <class Row>
std::string column_list() {
    std::string list;
    Row const row;
    Row::each(row, [&](std::string_view name, auto const&) {
        list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
    });
    return list;
}

template <class Row>
std::string create_text() {
    std::string columns;
    bool key_is_number = true;
    Row const row;
    Row::each(row, [&](std::string_view name, auto const& value) {
        bool const number = std::is_same_v<std::decay_t<decltype(value)>, std::int64_t>;
        if (is_key<Row>(name)) key_is_number = key_is_number && number;
        columns += fmt::format("{} {} NOT NULL, ", name, number ? "INTEGER" : "TEXT");
    });
    // With one integer as its key the table is a tree by that integer; with any other key it is made one.
    bool const by_integer = Row::key.size() == 1 && key_is_number;
    return fmt::format("CREATE TABLE {} ({}checksum INTEGER NOT NULL, PRIMARY KEY ({})){}", Row::table,
                       columns, fmt::join(Row::key, ", "), by_integer ? "" : " WITHOUT ROWID");
}

template <class Row>
std::string select_text(std::string_view rest) {
    return fmt::format("SELECT {}, checksum FROM {} {}", column_list<Row>(), Row::table, rest);
}

// Inserts the row, or replaces the one of the same key.
template <class Row>
std::string upsert_text() {
    std::string marks;
    std::string changes;
    Row const row;
    Row::each(row, [&](std::string_view name, auto const&) {
        marks += fmt::format(":{}, ", name);
        if (!is_key<Row>(name)) changes += fmt::format("{0} = excluded.{0}, ", name);
    });
    return fmt::format(
        "INSERT INTO {} ({}, checksum) VALUES ({}:checksum) ON CONFLICT ({}) DO UPDATE SET {}checksum = "
        "excluded.checksum",
        Row::table, column_list<Row>(), marks, fmt::join(Row::key, ", "), changes);
}

// A key in a message: as it is, or, where it is damaged, shortened and escaped.
inline std::int64_t key_text(std::int64_t key) {
    return key;
}
inline std::string key_text(std::string const& key) {
    constexpr std::size_t longest = 60;
    auto const plain = [](char c) { return c >= ' ' && c <= '~'; };
    return key.size() <= longest && std::ranges::all_of(key, plain) ? key : planner::shown(key);
}

// "pool_id 3": which row a message means.
template <class Row>
std::string row_name(Row const& row) {
    std::string text;
    Row::each(row, [&](std::string_view name, auto const& value) {
        if (is_key<Row>(name))
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, key_text(value));
    });
    return text;
}
inline std::string row_name(slot_columns const& row) {
    return fmt::format("pool_id {}, ordinal {}", row.pool_id, row.ordinal);
}

template <class Row>
void verify(ledger_session const& session, Row const& row, std::int64_t checksum) {
    if (checksum == checksum_of(row)) return;
    session.fail_damaged(
        fmt::format("table {}, row {}: its checksum does not match", Row::table, row_name(row)));
}

// What a row means to the program.
template <class Row>
auto understood(ledger_session const& session, Row row) {
    auto const name = row_name(row);
    auto result = row_of(std::move(row));
    if (!result) session.fail_damaged(fmt::format("table {}, row {}: it makes no sense", Row::table, name));
    return *std::move(result);
}

// A statement that is prepared once and used again and again; its columns lie here.
template <class Row>
class row_writer {
public:
    explicit row_writer(ledger_session& session) : statement_(session.sql()) {
        statement_.alloc();
        statement_.prepare(upsert_text<Row>());
        Row::each(row_, [&](std::string_view, auto& value) { statement_.exchange(soci::use(value)); });
        statement_.exchange(soci::use(checksum_));
        statement_.define_and_bind();
    }
    row_writer(row_writer const&) = delete;
    row_writer& operator=(row_writer const&) = delete;

    void put(Row row) {
        row_ = std::move(row);
        checksum_ = checksum_of(row_);
        statement_.execute(true);
    }

private:
    Row row_;
    std::int64_t checksum_ = 0;
    soci::statement statement_;
};

// A query whose rows are checked as they come.
template <class Row>
class row_reader {
public:
    row_reader(ledger_session& session, std::string_view rest)
        : session_(session), statement_(session.sql()) {
        statement_.alloc();
        statement_.prepare(select_text<Row>(rest));
        Row::each(row_, [&](std::string_view, auto& value) { statement_.exchange(soci::into(value)); });
        statement_.exchange(soci::into(checksum_));
    }
    row_reader(row_reader const&) = delete;
    row_reader& operator=(row_reader const&) = delete;

    // Gives the value of the next mark in the query; it must live as long as this.
    template <class T>
    row_reader& with(T& value) {
        statement_.exchange(soci::use(value));
        return *this;
    }

    // To the end, so that the statement holds no lock when it is done.
    std::vector<Row> all() {
        if (!std::exchange(bound_, true)) statement_.define_and_bind();
        std::vector<Row> rows;
        statement_.execute();
        while (statement_.fetch()) {
            verify(session_, row_, checksum_);
            rows.push_back(std::move(row_));
        }
        return rows;
    }

private:
    ledger_session& session_;
    Row row_;
    std::int64_t checksum_ = 0;
    bool bound_ = false;
    soci::statement statement_;
};

template <class Row>
std::vector<Row> read_rows(ledger_session& session, std::string_view rest = "") {
    return row_reader<Row>(session, rest).all();
}

// Enough to be quick, and few enough that a large ledger needs little memory.
inline constexpr std::size_t rows_at_a_time = 512;

// At most `rows_at_a_time` in the order of their key: after the one given or, without one, from whatever is
// first, so that no damaged key is passed over.
template <class Row, class Key>
std::vector<Row> rows_after(ledger_session& session, std::optional<Key>& last) {
    static_assert(Row::key.size() == 1);
    auto const after = last ? fmt::format("WHERE {} > :after ", Row::key[0]) : std::string();
    row_reader<Row> reader(session,
                           fmt::format("{}ORDER BY {} LIMIT {}", after, Row::key[0], rows_at_a_time));
    if (last) reader.with(*last);
    return reader.all();
}

}  // namespace poolwright::provisioner
