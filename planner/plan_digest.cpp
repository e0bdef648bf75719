#include "planner/plan.hpp"
#include "planner/plan_text.hpp"

#include <sodium.h>

#include <array>

namespace poolwright::planner {

namespace {

// As many bytes are gathered before they are hashed: a row alone does not fill whole blocks of the hash.
constexpr std::size_t block = 16'384;

}  // namespace

void plan_totals::add(planned_pool const& row) {
    ++tenants;
    mailboxes += row.mailboxes;
    apps += row.apps;
    existing += row.existing;
    to_create += row.to_create;
    surplus += row.surplus;
}

struct plan_digest::state {
    crypto_hash_sha256_state hash;
    plan_totals totals;
    std::string text;

    void flush() {
        crypto_hash_sha256_update(&hash, reinterpret_cast<unsigned char const*>(text.data()), text.size());
        text.clear();
    }
};

plan_digest::plan_digest(plan_header const& header) : state_(std::make_unique<state>()) {
    crypto_hash_sha256_init(&state_->hash);
    state_->text = "{\"schema\":\"poolwright.plan/1\"";
    append_header(state_->text, header, plan_form::canonical);
    state_->text += ",\"tenants\":[";
    state_->flush();
}

plan_digest::~plan_digest() = default;

void plan_digest::add(planned_pool const& row) {
    if (state_->totals.tenants > 0) state_->text += ',';
    append_row(state_->text, row, plan_form::canonical);
    state_->totals.add(row);
    if (state_->text.size() >= block) state_->flush();
}

std::string plan_digest::finish() {
    state_->text += "],\"totals\":";
    append_totals(state_->text, state_->totals, plan_form::canonical);
    state_->text += '}';
    state_->flush();
    std::array<unsigned char, crypto_hash_sha256_BYTES> bytes{};
    crypto_hash_sha256_final(&state_->hash, bytes.data());
    std::array<char, crypto_hash_sha256_BYTES * 2 + 1> hex{};
    sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
    return hex.data();
}

}  // namespace poolwright::planner
