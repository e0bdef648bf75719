#include "provisioner/ledger_rows.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <stdexcept>
#include <utility>

namespace poolwright::provisioner {
namespace {

// Words rather than numbers, for whoever must look into the file by hand.
constexpr std::array<std::string_view, 4> state_words = {"open", "ready", "pending", "failed"};
constexpr std::array<std::string_view, 4> act_words = {"none", "create", "add_credential",
                                                       "remove_credential"};

template <class Enum>
std::string word(std::array<std::string_view, 4> const& words, Enum value) {
    return std::string(words.at(static_cast<std::size_t>(value)));
}

std::string id_text(guid const& id) {
    return id.empty() ? std::string() : to_string(id);
}
std::string hex_text(guid const& id) {
    return id.empty() ? std::string() : to_hex(id);
}
std::int64_t seconds(wall_seconds at) noexcept {
    return at.time_since_epoch().count();
}
wall_seconds wall(std::int64_t at) noexcept {
    return wall_seconds(std::chrono::seconds(at));
}

constexpr pool_id end_of_pools = pool_id{1} << 32;
constexpr std::int64_t most_counted = 1'000'000'000'000;
constexpr std::int64_t end_of_time = 7'258'118'400;  // the year 2200, in seconds since 1970

// Takes columns apart and remembers whether one of them made no sense.
class column_reader {
public:
    [[nodiscard]] bool failed() const noexcept { return failed_; }

    guid id(std::string_view text) { return written_alike(text, parse_guid(text), id_text); }
    guid hex(std::string_view text) { return written_alike(text, parse_hex(text), hex_text); }

    bool flag(std::int64_t value) { return number(value, 0, 1) == 1; }

    // A SHA-256 in lower-case hexadecimal.
    std::string fingerprint(std::string&& text) {
        constexpr std::size_t digits = 64;
        expect(text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos);
        return std::move(text);
    }

    // No sum of counts, and no difference of times, leaves 63 bits.
    std::int64_t count(std::int64_t value) { return number(value, 0, most_counted); }
    wall_seconds time(std::int64_t value) { return wall(number(value, 0, end_of_time)); }

    std::int32_t ordinal(std::int64_t value, std::int64_t least) {
        return static_cast<std::int32_t>(number(value, least, std::numeric_limits<std::int32_t>::max()));
    }
    pool_id pool(std::int64_t value) { return number(value, 1, end_of_pools - 1); }

    void expect(bool holds) {
        if (!holds) failed_ = true;
    }

    template <class Enum>
    Enum word(std::array<std::string_view, 4> const& words, std::string_view text) {
        auto const* const found = std::ranges::find(words, text);
        if (found == words.end()) {
            failed_ = true;
            return Enum{};
        }
        return static_cast<Enum>(found - words.begin());
    }

private:
    // Nothing but what is written for it, so that no id has two spellings in the file.
    guid written_alike(std::string_view text, std::optional<guid> read, std::string (*write)(guid const&)) {
        auto const id = read.value_or(guid{});
        expect(write(id) == text);
        return id;
    }

    std::int64_t number(std::int64_t value, std::int64_t least, std::int64_t most) {
        expect(value >= least && value <= most);
        return failed_ ? least : value;
    }

    bool failed_ = false;
};

std::int64_t slot_key(pool_id pool, std::int32_t ordinal) {
    if (pool <= 0 || pool >= end_of_pools || ordinal <= 0) {
        throw std::out_of_range(fmt::format("pool {} ordinal {} cannot be a slot", pool, ordinal));
    }
    return (pool << 31) + ordinal;
}

void append_number(std::string& bytes, std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>((number >> shift) & 255u);
}

}  // namespace

pool_columns columns_of(pool_row const& row) {
    return {row.id,       id_text(row.directory_id), row.pool,
            row.workload, row.tenant_name,           row.named_as,
            row.planned,  row.plan_number,           row.last_error};
}

std::optional<pool_row> row_of(pool_columns&& columns) {
    column_reader read;
    pool_row row{read.pool(columns.pool_id),  read.id(columns.directory_id),   std::move(columns.pool),
                 std::move(columns.workload), std::move(columns.tenant_name),  std::move(columns.named_as),
                 read.count(columns.planned), read.count(columns.plan_number), std::move(columns.last_error)};
    if (read.failed()) return std::nullopt;
    return row;
}

slot_columns columns_of(slot_row const& row) {
    auto const& record = row.record;
    slot_columns columns;
    columns.slot = slot_key(row.pool, row.ordinal);
    columns.pool_id = row.pool;
    columns.ordinal = row.ordinal;
    columns.state = word(state_words, record.state);
    columns.act = word(act_words, record.act);
    columns.adopted = record.adopted;
    columns.proven = record.proven;
    columns.intent = hex_text(record.intent);
    columns.act_key = id_text(record.act_key);
    columns.object_id = id_text(record.object_id);
    columns.application_id = id_text(record.application_id);
    columns.principal_id = id_text(record.principal_id);
    columns.key_id = id_text(record.key_id);
    columns.since = seconds(record.since);
    columns.expires_at = seconds(record.expires_at);
    columns.unsettled_since = seconds(record.unsettled_since);
    columns.sealed =
        record.certificate.empty() ? record.sealed : std::string(certificate_mark) + record.certificate;
    columns.display_name = record.display_name;
    columns.reason = record.reason;
    return columns;
}

std::optional<slot_row> row_of(slot_columns&& columns) {
    column_reader read;
    slot_row row;
    row.pool = read.pool(columns.pool_id);
    row.ordinal = read.ordinal(columns.ordinal, 1);
    if (!read.failed()) read.expect(columns.slot == slot_key(row.pool, row.ordinal));
    auto& record = row.record;
    record.state = read.word<slot_state>(state_words, columns.state);
    record.act = read.word<slot_act>(act_words, columns.act);
    record.adopted = read.flag(columns.adopted);
    record.proven = read.flag(columns.proven);
    record.intent = read.hex(columns.intent);
    record.act_key = read.id(columns.act_key);
    record.object_id = read.id(columns.object_id);
    record.application_id = read.id(columns.application_id);
    record.principal_id = read.id(columns.principal_id);
    record.key_id = read.id(columns.key_id);
    record.since = read.time(columns.since);
    record.expires_at = read.time(columns.expires_at);
    record.unsettled_since = read.time(columns.unsettled_since);
    if (columns.sealed.starts_with(certificate_mark)) {
        record.certificate = read.fingerprint(columns.sealed.substr(certificate_mark.size()));
    } else {
        record.sealed = std::move(columns.sealed);
    }
    record.display_name = std::move(columns.display_name);
    record.reason = std::move(columns.reason);
    if (read.failed()) return std::nullopt;
    return row;
}

event_columns columns_of(event_row const& row) {
    return {row.number, seconds(row.at), row.type,  id_text(row.directory_id),
            row.pool,   row.ordinal,     row.detail};
}

std::optional<event_row> row_of(event_columns&& columns) {
    column_reader read;
    event_row row{read.time(columns.at),   std::move(columns.type),          read.id(columns.directory_id),
                  std::move(columns.pool), read.ordinal(columns.ordinal, 0), std::move(columns.detail),
                  columns.number};
    if (read.failed()) return std::nullopt;
    return row;
}

spent_columns columns_of(spent_row const& row) {
    return {seconds(row.at), row.client_id, id_text(row.directory_id), row.writes, row.resource_units};
}

std::optional<spent_row> row_of(spent_columns&& columns) {
    column_reader read;
    spent_row row{std::move(columns.client_id), read.id(columns.directory_id), read.time(columns.at),
                  read.count(columns.writes), read.count(columns.resource_units)};
    if (read.failed()) return std::nullopt;
    return row;
}

entered_columns columns_of(entered_row const& row) {
    return {id_text(row.directory_id), row.client_id};
}

std::optional<entered_row> row_of(entered_columns&& columns) {
    column_reader read;
    entered_row row{read.id(columns.directory_id), std::move(columns.client_id)};
    if (read.failed()) return std::nullopt;
    return row;
}

held_columns columns_of(held_row const& row) {
    return {row.client_id, id_text(row.directory_id), row.writes ? 1 : 0, seconds(row.until)};
}

std::optional<held_row> row_of(held_columns&& columns) {
    column_reader read;
    held_row row{std::move(columns.client_id), read.id(columns.directory_id), read.flag(columns.writes),
                 read.time(columns.until)};
    if (read.failed()) return std::nullopt;
    return row;
}

certificate_columns columns_of(certificate_row const& row) {
    return {row.fingerprint, id_text(row.directory_id), row.shared ? 1 : 0,      row.certificate,
            row.sealed,      seconds(row.valid_from),   seconds(row.valid_until)};
}

std::optional<certificate_row> row_of(certificate_columns&& columns) {
    column_reader read;
    certificate_row row{read.fingerprint(std::move(columns.fingerprint)),
                        read.id(columns.directory_id),
                        read.flag(columns.shared),
                        std::move(columns.certificate),
                        std::move(columns.sealed),
                        read.time(columns.valid_from),
                        read.time(columns.valid_until)};
    if (read.failed()) return std::nullopt;
    return row;
}

void row_bytes::add(std::int64_t number) {
    append_number(bytes_, static_cast<std::uint64_t>(number));
}

void row_bytes::add(std::string_view text) {
    append_number(bytes_, text.size());
    bytes_ += text;
}

std::int64_t row_bytes::checksum() const {
    std::array<unsigned char, 16> hash{};
    crypto_generichash(hash.data(), hash.size(), reinterpret_cast<unsigned char const*>(bytes_.data()),
                       bytes_.size(), nullptr, 0);
    std::uint64_t number = 0;
    for (int i = 7; i >= 0; --i) number = (number << 8) | hash[static_cast<std::size_t>(i)];
    return static_cast<std::int64_t>(number);
}

}  // namespace poolwright::provisioner
