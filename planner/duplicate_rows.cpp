#include "planner/duplicate_rows.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <tuple>

namespace poolwright::planner {

// The key is drawn here, and not told, since no result depends on it.
duplicate_rows::duplicate_rows() {
    static_assert(sizeof(key_) == crypto_shorthash_siphashx24_KEYBYTES);
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
    randombytes_buf(key_.data(), key_.size());
}

void duplicate_rows::add(std::string_view tenant_id, std::string_view pool, std::uint32_t line,
                         std::uint16_t column) {
    // Neither part can hold a line break.
    text_ = tenant_id;
    text_ += '\n';
    text_ += pool;
    std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> hash{};
    crypto_shorthash_siphashx24(hash.data(), reinterpret_cast<unsigned char const*>(text_.data()),
                                text_.size(), key_.data());
    entry row{0, 0, column, line};
    std::memcpy(&row.hash_high, hash.data(), sizeof(row.hash_high));
    std::memcpy(&row.hash_low, hash.data() + sizeof(row.hash_high), sizeof(row.hash_low));
    rows_.push_back(row);
}

std::vector<duplicate_rows::pair> duplicate_rows::find() {
    std::sort(rows_.begin(), rows_.end(), [](entry const& a, entry const& b) {
        return std::tie(a.hash_high, a.hash_low, a.line) < std::tie(b.hash_high, b.hash_low, b.line);
    });
    std::vector<pair> out;
    entry const* first = nullptr;
    for (auto const& row : rows_) {
        if (first && row.hash_high == first->hash_high && row.hash_low == first->hash_low) {
            out.push_back({row.line, row.column, first->line});
        } else {
            first = &row;
        }
    }
    std::sort(out.begin(), out.end(), [](pair const& a, pair const& b) { return a.line < b.line; });
    return out;
}

}  // namespace poolwright::planner
