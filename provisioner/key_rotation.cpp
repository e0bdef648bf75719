#include "provisioner/key_rotation.hpp"

#include "provisioner/durable_file.hpp"
#include "provisioner/file_lock.hpp"
#include "provisioner/ledger_key.hpp"

#include <fmt/format.h>

#include <optional>
#include <system_error>
#include <utility>

namespace poolwright::provisioner {
namespace {

namespace fs = std::filesystem;

template <class T>
using or_sentence = boost::system::result<T, std::string>;

// What is left of a problem; nothing: there is none.
using sentence = std::optional<std::string>;

bool is_there(fs::path const& file) {
    return fs::symlink_status(file).type() != fs::file_type::not_found;
}

// The file itself, so that a link stays one. What is not there is told of when it is read.
fs::path real(fs::path const& file) {
    std::error_code ignored;
    auto found = fs::canonical(file, ignored);
    return found.empty() ? file : found;
}

std::string is_not_the_ledgers(fs::path const& file, std::string_view fingerprint,
                               std::string_view bound_to) {
    return fmt::format("{} is the key {}, but the ledger's secrets are sealed to {}", file.string(),
                       fingerprint, bound_to);
}

// The passphrase of the present key is asked for once, and protects the next one too.
class remembered_passphrase {
public:
    explicit remembered_passphrase(passphrase_source const& source) : source_(source) {}

    [[nodiscard]] passphrase_source source() {
        if (!source_) return {};
        return [this](fs::path const& file) -> or_sentence<secret> {
            if (!text_) {
                auto given = source_(file);
                if (!given) return {boost::system::in_place_error, given.error()};
                text_ = *std::move(given);
            }
            return text_->clone();
        };
    }
    [[nodiscard]] secret const* get() const noexcept { return text_ ? &*text_ : nullptr; }

private:
    passphrase_source const& source_;
    std::optional<secret> text_;
};

// A secret sealed to what stands in the file is opened by what was read from it.
sentence fault_of(private_key const& fresh, fs::path const& file) {
    secret const probe("a secret to try the key with");
    auto const opened = fresh.open(fresh.public_half().seal(probe));
    if (opened && opened->matches(probe)) return std::nullopt;
    return fmt::format("the key {} does not open what is sealed to it, so the old one stays", file.string());
}

// Written, and read again from its file. One that is there from an interrupted rotation is taken: another
// ledger may be sealed to it already.
or_sentence<private_key> next_key(fs::path const& file, remembered_passphrase& passphrase,
                                  passphrase_cost const& cost) {
    if (!is_there(file)) write_private_key(private_key::generate(), file, passphrase.get(), cost);
    auto key = read_private_key(file, passphrase.source());
    if (!key) return key.error();
    if (auto why = fault_of(*key, file)) return *std::move(why);
    return *std::move(key);
}

std::string place_of(std::vector<pool_row> const& pools, sealed_place const& whose) {
    if (!whose.certificate.empty()) return fmt::format("the certificate {}", whose.certificate);
    for (auto const& pool : pools) {
        if (pool.id == whose.pool)
            return fmt::format("app {} of pool {} in {}", whose.ordinal, pool.pool,
                               to_string(pool.directory_id));
    }
    return fmt::format("app {} of pool {}", whose.ordinal, whose.pool);
}

std::int64_t reseal(ledger_key& book, private_key const& from, private_key const& to, wall_seconds now) {
    auto const pools = book.pools();
    auto const again = [&](sealed_place const& whose, std::string const& sealed) {
        auto const text = from.open(sealed);
        if (text) return to.public_half().seal(*text);
        throw ledger_error(
            fmt::format("the secret of {} cannot be opened, so the key stays as it is: restore the ledger "
                        "from its backup; or remove the credential named poolwright from the app in the "
                        "portal, and poolwright provision --verify makes another",
                        place_of(pools, whose)));
    };
    return book.change(to.public_half().fingerprint(), again, now);
}

// The public key may be missing, or be of either pair, but not another.
sentence fault_of_public_file(fs::path const& file, std::string_view old, std::string_view fresh) {
    if (!is_there(file)) return std::nullopt;
    auto const key = read_public_key(file);
    if (!key) return key.error();
    auto const fingerprint = key->fingerprint();
    if (fingerprint == old || fingerprint == fresh) return std::nullopt;
    return is_not_the_ledgers(file, fingerprint, fresh.empty() ? old : fresh);
}

void replace_public_file(public_key const& key, fs::path const& file) {
    auto const next = next_key_file(file);
    remove_file(next);
    write_public_key(key, next);
    replace_file(next, file);
}

fs::path changed_key_file(fs::path const& file) {
    return file.native() + ".changed";
}

// Copies of keys that a process which was ended has left half written.
void sweep(fs::path const& file, std::string_view fingerprint) {
    remove_unfinished(next_key_file(file));
    remove_unfinished(old_key_file(file, fingerprint));
    remove_unfinished(changed_key_file(file));
    remove_file(changed_key_file(file));
}

or_sentence<file_lock> lock_key(fs::path const& private_file) {
    auto lock = file_lock::take(fs::path(private_file.native() + ".lock"));
    if (lock) return *std::move(lock);
    return fmt::format("the private key {} is just being changed by another poolwright: wait for it to end",
                       private_file.string());
}

// One rotation of the pair at these places.
class key_change {
public:
    key_change(ledger_key& book, fs::path private_file, fs::path public_file)
        : book_(book),
          private_file_(std::move(private_file)),
          public_file_(std::move(public_file)),
          next_file_(next_key_file(private_file_)) {}

    [[nodiscard]] sentence run(passphrase_source const& source, wall_seconds now,
                               passphrase_cost const& cost);
    [[nodiscard]] rotation const& done() const noexcept { return done_; }

private:
    [[nodiscard]] sentence look();
    [[nodiscard]] sentence seal_again(passphrase_source const& source, wall_seconds now,
                                      passphrase_cost const& cost);
    [[nodiscard]] sentence keep_old();
    [[nodiscard]] sentence put_in_place();

    ledger_key& book_;
    fs::path private_file_;
    fs::path public_file_;
    fs::path next_file_;
    std::optional<public_key> old_;
    rotation done_;
};

// Everything that can be refused before a passphrase is asked for.
sentence key_change::look() {
    auto const bound_to = book_.fingerprint();
    auto const present = look_at_private_key(private_file_);
    if (!present) return present.error();
    old_ = present->public_half;
    done_.from = old_->fingerprint();
    sweep(private_file_, done_.from);
    sweep(public_file_, done_.from);
    done_.is_protected = present->is_protected;
    done_.only_finished = is_half_rotated(private_file_, bound_to);
    if (done_.only_finished) done_.to = bound_to;
    if (!done_.only_finished && done_.from != bound_to)
        return is_not_the_ledgers(private_file_, done_.from, bound_to);
    return fault_of_public_file(public_file_, done_.from, done_.to);
}

sentence key_change::seal_again(passphrase_source const& source, wall_seconds now,
                                passphrase_cost const& cost) {
    remembered_passphrase passphrase(source);
    auto const from = read_private_key(private_file_, passphrase.source());
    if (!from) return from.error();
    auto const to = next_key(next_file_, passphrase, cost);
    if (!to) return to.error();
    done_.to = to->public_half().fingerprint();
    done_.resealed = reseal(book_, *from, *to, now);
    return std::nullopt;
}

// Whole files that were kept before, by a rotation that was ended, stay.
sentence key_change::keep_old() {
    auto const private_copy = old_key_file(private_file_, done_.from);
    auto const public_copy = old_key_file(public_file_, done_.from);
    if (!is_there(private_copy)) {
        auto const text = read_private_text(private_file_);
        if (!text) return text.error();
        write_new_file(private_copy, text->reveal());
    }
    if (!is_there(public_copy)) write_public_key(*old_, public_copy);
    return std::nullopt;
}

// The last step makes the rotation finished.
sentence key_change::put_in_place() {
    auto const fresh = look_at_private_key(next_file_);
    if (!fresh) return fresh.error();
    if (auto why = keep_old()) return why;
    replace_public_file(fresh->public_half, public_file_);
    replace_file(next_file_, private_file_);
    return std::nullopt;
}

sentence key_change::run(passphrase_source const& source, wall_seconds now, passphrase_cost const& cost) {
    if (auto why = look()) return why;
    if (!done_.only_finished) {
        if (auto why = seal_again(source, now, cost)) return why;
    }
    return put_in_place();
}

or_sentence<rotation> refused(std::string why) {
    return {boost::system::in_place_error, std::move(why)};
}

}  // namespace

fs::path next_key_file(fs::path const& file) {
    return file.native() + ".new";
}

fs::path old_key_file(fs::path const& file, std::string_view fingerprint) {
    return fmt::format("{}.old-{}", file.native(), fingerprint);
}

bool is_half_rotated(fs::path const& private_file, std::string_view bound_to) {
    auto const next = look_at_private_key(next_key_file(real(private_file)));
    return next && next->public_half.fingerprint() == bound_to;
}

or_sentence<rotation> rotate_key(ledger_location const& where, key_places const& keys,
                                 passphrase_source const& passphrase, wall_seconds now,
                                 passphrase_cost const& cost) {
    auto const book = ledger_key::hold(where);
    if (!book) {
        return refused(
            fmt::format("there is no ledger {}, so nothing is sealed that another key could be for: name the "
                        "ledger with --state",
                        where.file));
    }
    auto private_file = real(keys.private_file);
    // What is wrong with it is told before a lock is left beside it.
    if (auto const present = look_at_private_key(private_file); !present) return refused(present.error());
    auto const lock = lock_key(private_file);
    if (!lock) return refused(lock.error());
    key_change change(*book, std::move(private_file), real(keys.public_file));
    if (auto why = change.run(passphrase, now, cost)) return refused(*std::move(why));
    return change.done();
}

or_sentence<public_key> change_passphrase(fs::path const& private_file, passphrase_source const& present,
                                          passphrase_source const& next, passphrase_cost const& cost) {
    auto const file = real(private_file);
    auto const facts = look_at_private_key(file);
    if (!facts) return facts.error();
    auto const lock = lock_key(file);
    if (!lock) return lock.error();
    sweep(file, facts->public_half.fingerprint());
    if (is_there(next_key_file(file))) {
        return fmt::format("a rotation of the key {} was not finished: poolwright key rotate finishes it",
                           file.string());
    }
    auto const key = read_private_key(file, present);
    if (!key) return key.error();
    remembered_passphrase passphrase(next);
    if (next) {
        if (auto const given = passphrase.source()(file); !given) return given.error();
    }
    // Never the only copy, since the last step is the renaming.
    auto const changed = changed_key_file(file);
    write_private_key(*key, changed, passphrase.get(), cost);
    auto const again = read_private_key(changed, passphrase.source());
    if (!again) return again.error();
    if (auto why = fault_of(*again, changed)) return *std::move(why);
    if (again->public_half() != key->public_half())
        return fmt::format("{} is not the key that was written to it: the old file stays", changed.string());
    replace_file(changed, file);
    return key->public_half();
}

}  // namespace poolwright::provisioner
