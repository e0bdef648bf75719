#include "provisioner/ledger_key.hpp"

#include "provisioner/ledger_schema.hpp"
#include "provisioner/ledger_writer.hpp"

#include <utility>

namespace poolwright::provisioner {

std::unique_ptr<ledger_key> ledger_key::hold(ledger_location const& where) {
    // The writer would make one.
    if (open_ledger_reader(where) == nullptr) return nullptr;
    return std::unique_ptr<ledger_key>(new ledger_key(ledger_writer::open(where)));
}

ledger_key::ledger_key(std::shared_ptr<ledger_writer> store) : store_(std::move(store)) {}
ledger_key::~ledger_key() = default;

std::string ledger_key::fingerprint() const {
    return store_->meta(meta_key_fingerprint);
}

std::vector<pool_row> ledger_key::pools() const {
    return store_->pools();
}

std::int64_t ledger_key::change(std::string_view fingerprint, resealer const& reseal, wall_seconds now) {
    return store_->change_key(fingerprint, reseal, now);
}

}  // namespace poolwright::provisioner
