#pragma once

#include "provisioner/ledger_session.hpp"

#include <string>
#include <string_view>

// The tables of the ledger: made once, and recognised ever after. Used by the ledger alone.

namespace poolwright::provisioner {

// Names in the table `meta`.
inline constexpr std::string_view meta_version = "schema_version";
inline constexpr std::string_view meta_ledger_id = "ledger_id";
inline constexpr std::string_view meta_key_fingerprint = "key_fingerprint";
// "1" where the table `entered` exists: the first versions did not make it.
inline constexpr std::string_view meta_has_entered = "has_entered";
// The same of the table `held`.
inline constexpr std::string_view meta_has_held = "has_held";
// And of `certificates`.
inline constexpr std::string_view meta_has_certificates = "has_certificates";

// True if the database has no table yet. Throws ledger_error if it belongs to another program.
bool has_no_tables(ledger_session& session);

// Makes the tables and a new ledger id, all or nothing.
void make_tables(ledger_session& session);

// Makes what a ledger of an older version lacks; those versions can go on reading and writing it.
void make_newer_tables(ledger_session& session);
bool has_entered_table(ledger_session& session);
bool has_held_table(ledger_session& session);
bool has_certificates_table(ledger_session& session);

// Throws ledger_error if the tables are of another version.
void check_version(ledger_session& session);

// Throws ledger_error if the file is not sound: SQLite's quick_check, which reads all of it.
void check_structure(ledger_session& session);

// The value of that name.
std::string read_meta(ledger_session& session, std::string_view name);
void write_meta(ledger_session& session, std::string_view name, std::string_view value);

}  // namespace poolwright::provisioner
