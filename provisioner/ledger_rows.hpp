#pragma once

#include "provisioner/ledger.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The rows of the ledger's tables as their columns, the checksum over them, and how they become what the rest
// of the program knows. Used by the ledger alone.
//
// Each struct is one table: its name, its key, and each() which names every column in the order of the table.
// The checksum is a column more, behind them.

namespace poolwright::provisioner {

struct meta_columns {
    static constexpr std::string_view table = "meta";
    static constexpr std::array<std::string_view, 1> key = {"name"};

    std::string name;
    std::string value;

    static void each(auto& row, auto&& column) {
        column("name", row.name);
        column("value", row.value);
    }
};

struct plan_columns {
    static constexpr std::string_view table = "plans";
    static constexpr std::array<std::string_view, 1> key = {"number"};

    std::int64_t number = 0;
    std::string plan_id;
    std::int64_t accepted_at = 0;

    static void each(auto& row, auto&& column) {
        column("number", row.number);
        column("plan_id", row.plan_id);
        column("accepted_at", row.accepted_at);
    }
};

struct pool_columns {
    static constexpr std::string_view table = "pools";
    static constexpr std::array<std::string_view, 1> key = {"pool_id"};

    std::int64_t pool_id = 0;
    std::string directory_id;
    std::string pool;
    std::string workload;
    std::string tenant_name;
    std::string named_as;
    std::int64_t planned = 0;
    std::int64_t plan_number = 0;
    std::string last_error;

    bool operator==(pool_columns const&) const = default;

    static void each(auto& row, auto&& column) {
        column("pool_id", row.pool_id);
        column("directory_id", row.directory_id);
        column("pool", row.pool);
        column("workload", row.workload);
        column("tenant_name", row.tenant_name);
        column("named_as", row.named_as);
        column("planned", row.planned);
        column("plan_number", row.plan_number);
        column("last_error", row.last_error);
    }
};

struct slot_columns {
    static constexpr std::string_view table = "slots";
    static constexpr std::array<std::string_view, 1> key = {"slot"};

    std::int64_t slot =
        0;  // pool_id × 2^31 + ordinal: one integer as the key keeps the table a single, dense tree
    std::int64_t pool_id = 0;
    std::int64_t ordinal = 0;
    std::string state;
    std::string act;
    std::int64_t adopted = 0;
    std::int64_t proven = 0;
    std::string intent;
    std::string act_key;
    std::string object_id;
    std::string application_id;
    std::string principal_id;
    std::string key_id;
    std::int64_t since = 0;
    std::int64_t expires_at = 0;
    std::int64_t unsettled_since = 0;
    std::string sealed;
    std::string display_name;
    std::string reason;

    static void each(auto& row, auto&& column) {
        column("slot", row.slot);
        column("pool_id", row.pool_id);
        column("ordinal", row.ordinal);
        column("state", row.state);
        column("act", row.act);
        column("adopted", row.adopted);
        column("proven", row.proven);
        column("intent", row.intent);
        column("act_key", row.act_key);
        column("object_id", row.object_id);
        column("application_id", row.application_id);
        column("principal_id", row.principal_id);
        column("key_id", row.key_id);
        column("since", row.since);
        column("expires_at", row.expires_at);
        column("unsettled_since", row.unsettled_since);
        column("sealed", row.sealed);
        column("display_name", row.display_name);
        column("reason", row.reason);
    }
};

struct event_columns {
    static constexpr std::string_view table = "events";
    static constexpr std::array<std::string_view, 1> key = {"number"};

    std::int64_t number = 0;
    std::int64_t at = 0;
    std::string type;
    std::string directory_id;
    std::string pool;
    std::int64_t ordinal = 0;
    std::string detail;

    static void each(auto& row, auto&& column) {
        column("number", row.number);
        column("at", row.at);
        column("type", row.type);
        column("directory_id", row.directory_id);
        column("pool", row.pool);
        column("ordinal", row.ordinal);
        column("detail", row.detail);
    }
};

struct spent_columns {
    static constexpr std::string_view table = "spent";
    static constexpr std::array<std::string_view, 3> key = {"at", "client_id", "directory_id"};

    std::int64_t at = 0;
    std::string client_id;
    std::string directory_id;
    std::int64_t writes = 0;
    std::int64_t resource_units = 0;

    static void each(auto& row, auto&& column) {
        column("at", row.at);
        column("client_id", row.client_id);
        column("directory_id", row.directory_id);
        column("writes", row.writes);
        column("resource_units", row.resource_units);
    }
};

// Not in the ledgers of the first versions; that it is there stands in `meta`.
struct entered_columns {
    static constexpr std::string_view table = "entered";
    static constexpr std::array<std::string_view, 1> key = {"directory_id"};

    std::string directory_id;
    std::string client_id;

    static void each(auto& row, auto&& column) {
        column("directory_id", row.directory_id);
        column("client_id", row.client_id);
    }
};

// Nor this one.
struct held_columns {
    static constexpr std::string_view table = "held";
    static constexpr std::array<std::string_view, 3> key = {"client_id", "directory_id", "writes"};

    std::string client_id;
    std::string directory_id;
    std::int64_t writes = 0;
    std::int64_t until = 0;

    static void each(auto& row, auto&& column) {
        column("client_id", row.client_id);
        column("directory_id", row.directory_id);
        column("writes", row.writes);
        column("until", row.until);
    }
};

// Nor this one.
struct certificate_columns {
    static constexpr std::string_view table = "certificates";
    static constexpr std::array<std::string_view, 1> key = {"fingerprint"};

    std::string fingerprint;
    std::string directory_id;
    std::int64_t shared = 0;
    std::string certificate;
    std::string sealed;
    std::int64_t valid_from = 0;
    std::int64_t valid_until = 0;

    static void each(auto& row, auto&& column) {
        column("fingerprint", row.fingerprint);
        column("directory_id", row.directory_id);
        column("shared", row.shared);
        column("certificate", row.certificate);
        column("sealed", row.sealed);
        column("valid_from", row.valid_from);
        column("valid_until", row.valid_until);
    }
};

// In the column `sealed` of a slot: this and the fingerprint of its certificate in the place of a secret, so
// that the table is the one that all versions know. They take it for a secret that they cannot open.
inline constexpr std::string_view certificate_mark = "certificate:";

// What is recorded, as columns. A slot's pool must be positive and below 2^32, and its ordinal positive.
pool_columns columns_of(pool_row const& row);
slot_columns columns_of(slot_row const& row);
event_columns columns_of(event_row const& row);
spent_columns columns_of(spent_row const& row);
entered_columns columns_of(entered_row const& row);
held_columns columns_of(held_row const& row);
certificate_columns columns_of(certificate_row const& row);

// And back; nothing if a column holds what no writer of this version writes.
std::optional<pool_row> row_of(pool_columns&& columns);
std::optional<slot_row> row_of(slot_columns&& columns);
std::optional<event_row> row_of(event_columns&& columns);
std::optional<spent_row> row_of(spent_columns&& columns);
std::optional<entered_row> row_of(entered_columns&& columns);
std::optional<held_row> row_of(held_columns&& columns);
std::optional<certificate_row> row_of(certificate_columns&& columns);

// Collects columns so that different rows never give the same bytes: each text is preceded by its length.
class row_bytes {
public:
    explicit row_bytes(std::string_view table) { add(table); }
    void add(std::int64_t number);
    void add(std::string_view text);

    // 64 bits of BLAKE2b: enough to find what a disk or a hand has changed, not meant to stop a forger.
    [[nodiscard]] std::int64_t checksum() const;

private:
    std::string bytes_;
};

// Over the table's name and every column.
template <class Row>
std::int64_t checksum_of(Row const& row) {
    row_bytes bytes(Row::table);
    Row::each(row, [&](std::string_view, auto const& value) { bytes.add(value); });
    return bytes.checksum();
}

}  // namespace poolwright::provisioner
