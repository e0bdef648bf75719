#include "provisioner/ledger_schema.hpp"

#include "provisioner/ledger_tables.hpp"

#include <sodium.h>

#include <charconv>
#include <optional>

namespace poolwright::provisioner {
namespace {

// "POOL", in the header of the file, so that another program's database is never taken for ours.
constexpr std::int64_t application_id = 0x504f4f4c;

// The layout of the tables that this version reads and writes.
constexpr std::int64_t schema_version = 1;

std::int64_t number_from(ledger_session& session, std::string const& query) {
    std::int64_t number = 0;
    session.execute(query, soci::into(number));
    return number;
}

guid random_id() {
    guid id;
    randombytes_buf(id.bytes.data(), id.bytes.size());
    return id;
}

template <class Row>
void create(ledger_session& session) {
    session.execute(create_text<Row>());
}

std::optional<std::string> find_meta(ledger_session& session, std::string_view name) {
    for (auto& row : read_rows<meta_columns>(session)) {
        if (row.name == name) return std::move(row.value);
    }
    return std::nullopt;
}

void make_entered_table(ledger_session& session) {
    create<entered_columns>(session);
    write_meta(session, meta_has_entered, "1");
}

void make_held_table(ledger_session& session) {
    create<held_columns>(session);
    write_meta(session, meta_has_held, "1");
}

void make_certificates_table(ledger_session& session) {
    create<certificate_columns>(session);
    write_meta(session, meta_has_certificates, "1");
}

}  // namespace

bool has_no_tables(ledger_session& session) {
    auto const id = number_from(session, "PRAGMA application_id");
    auto const tables = number_from(session, "SELECT count(*) FROM sqlite_master");
    if (id == application_id) return false;
    if (id != 0 || tables != 0) session.fail_foreign();
    return true;
}

void make_tables(ledger_session& session) {
    soci::transaction whole(session.sql());
    session.execute(fmt::format("PRAGMA application_id = {}", application_id));
    create<meta_columns>(session);
    create<plan_columns>(session);
    create<pool_columns>(session);
    create<slot_columns>(session);
    create<event_columns>(session);
    create<spent_columns>(session);
    write_meta(session, meta_version, fmt::to_string(schema_version));
    write_meta(session, meta_ledger_id, to_hex(random_id()));
    write_meta(session, meta_key_fingerprint, "");
    make_entered_table(session);
    make_held_table(session);
    make_certificates_table(session);
    whole.commit();
}

void make_newer_tables(ledger_session& session) {
    bool const has_entered = has_entered_table(session);
    bool const has_held = has_held_table(session);
    bool const has_certificates = has_certificates_table(session);
    if (has_entered && has_held && has_certificates) return;
    soci::transaction whole(session.sql());
    if (!has_entered) make_entered_table(session);
    if (!has_held) make_held_table(session);
    if (!has_certificates) make_certificates_table(session);
    whole.commit();
}

// Asked of `meta`, so that a table that was lost is not taken for one that never was.
bool has_entered_table(ledger_session& session) {
    return find_meta(session, meta_has_entered).has_value();
}

bool has_held_table(ledger_session& session) {
    return find_meta(session, meta_has_held).has_value();
}

bool has_certificates_table(ledger_session& session) {
    return find_meta(session, meta_has_certificates).has_value();
}

void check_version(ledger_session& session) {
    std::string text;
    // Before its checksum is looked at, since a newer version may have another.
    session.execute(fmt::format("SELECT value FROM meta WHERE name = '{}'", meta_version), soci::into(text));
    std::int64_t version = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (error == std::errc{} && end == text.data() + text.size() && version > schema_version)
        session.fail_newer();
    if (read_meta(session, meta_version) != fmt::to_string(schema_version)) {
        session.fail_damaged(fmt::format("table meta: the schema version is \"{}\"", text));
    }
}

void check_structure(ledger_session& session) {
    std::string verdict;
    session.execute("PRAGMA quick_check(1)", soci::into(verdict));
    if (verdict != "ok") session.fail_damaged(verdict);
}

std::string read_meta(ledger_session& session, std::string_view name) {
    if (auto value = find_meta(session, name)) return *std::move(value);
    session.fail_damaged(fmt::format("table meta, row name {}: it is missing", name));
}

void write_meta(ledger_session& session, std::string_view name, std::string_view value) {
    row_writer<meta_columns>(session).put({std::string(name), std::string(value)});
}

}  // namespace poolwright::provisioner
