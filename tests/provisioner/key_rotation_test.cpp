#include "provisioner/key_rotation.hpp"

#include "provisioner/file_lock.hpp"
#include "tests/provisioner/ended_process.hpp"
#include "tests/provisioner/ledger_kit.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace poolwright::provisioner;
namespace fs = std::filesystem;

TEST_SUITE_BEGIN("provisioner");

namespace {

// The least that libsodium takes, so that a test costs no half seconds.
constexpr passphrase_cost quick{.passes = 1, .memory = 8192};

passphrase_source always(std::string const& text) {
    return [text](fs::path const&) -> boost::system::result<secret, std::string> { return secret(text); };
}

passphrase_source never() {
    return [](fs::path const& file) -> boost::system::result<secret, std::string> {
        FAIL("asked for the passphrase of " << file);
        return {boost::system::in_place_error, "nobody is here"};
    };
}

// A ledger of three secrets and an app without one, and the pair that they are sealed to.
struct fleet_fixture {
    scratch_folder folder;
    key_places keys{folder / "config/fleet.key", folder / "config/fleet.pub"};
    ledger_location where = at_file(folder / "state/fleet.db");
    std::map<std::int32_t, std::string> sealed;  // by ordinal, as sealed at first

    fleet_fixture() {
        auto const key = private_key::generate();
        write_key_files(key, keys.private_file, keys.public_file);
        auto const book = make_ledger(where, commits_at_once());
        book->bind_key(key.public_half().fingerprint());
        made_plan plan('a', {1});
        auto const ids = *book->accept_plan(plan.plan, plan.pools, false, second(1));
        for (std::int32_t ordinal = 1; ordinal <= 4; ++ordinal) {
            auto row = full_slot(ids.front(), ordinal);
            row.record.sealed =
                ordinal == 4 ? std::string() : key.public_half().seal(secret(text_of(ordinal)));
            sealed[ordinal] = row.record.sealed;
            commit_now(*book, change_of(row));
        }
        ledger_change change;
        change.certificates.push_back({std::string(64, 'c'), guid_for(1), true, "DER",
                                       key.public_half().seal(secret("a private key")), second(1),
                                       second(9)});
        auto row = full_slot(ids.front(), 5);
        row.record.sealed.clear();
        row.record.certificate = std::string(64, 'c');
        change.slots.push_back(row);
        commit_now(*book, std::move(change));
    }

    static std::string text_of(std::int32_t ordinal) { return fmt::format("secret number {}", ordinal); }

    auto rotate(passphrase_source const& passphrase = {}) const {
        return rotate_key(where, keys, passphrase, second(2), quick);
    }
    [[nodiscard]] std::string bound_to() const { return open_ledger_reader(where)->key_fingerprint(); }
    [[nodiscard]] std::string fingerprint_of(fs::path const& file) const {
        auto const facts = look_at_private_key(file);
        return facts ? facts->public_half.fingerprint() : "none";
    }

    // Whether this key opens every secret of the ledger, and each is what it was.
    [[nodiscard]] bool opens_all(private_key const& key) const {
        int opened = 0;
        bool all = true;
        open_ledger_reader(where)->slots([&](slot_row&& row) {
            if (row.record.sealed.empty()) return;
            auto const text = key.open(row.record.sealed);
            all = all && text && text->reveal() == text_of(row.ordinal);
            ++opened;
        });
        open_ledger_reader(where)->certificates([&](certificate_row&& row) {
            auto const text = key.open(row.sealed);
            all = all && text && text->reveal() == "a private key";
            ++opened;
        });
        return all && opened == 4;
    }

    // The files say what the ledger says, and nothing of a rotation is left over.
    void check_whole(passphrase_source const& passphrase = {}) const {
        auto const key = read_private_key(keys.private_file, passphrase);
        REQUIRE(key.has_value());
        CHECK(opens_all(*key));
        CHECK(key->public_half().fingerprint() == bound_to());
        CHECK(*read_public_key(keys.public_file) == key->public_half());
        CHECK_FALSE(fs::exists(next_key_file(keys.private_file)));
        CHECK_FALSE(fs::exists(next_key_file(keys.public_file)));
        for (auto const& name : listing(folder / "config")) {
            CAPTURE(name);
            CHECK(name.starts_with("fleet."));
        }
    }
};

}  // namespace

TEST_CASE("Rotation: everything is sealed to a new pair, and the old one is kept") {
    fleet_fixture const fleet;
    auto const before = fleet.bound_to();
    auto const what = fleet.rotate(never());
    REQUIRE(what.has_value());
    CHECK(what->from == before);
    CHECK(what->to == fleet.bound_to());
    CHECK(what->to != before);
    CHECK(what->resealed == 4);
    CHECK_FALSE(what->only_finished);
    fleet.check_whole();
    CHECK(listing(fleet.folder / "config") == std::set<std::string>{"fleet.key", "fleet.key.lock",
                                                                    "fleet.key.old-" + before, "fleet.pub",
                                                                    "fleet.pub.old-" + before});
    for (auto const& name : listing(fleet.folder / "config"))
        CHECK(mode_of(fleet.folder / "config" / name) == 0600);

    SUBCASE("the kept key opens what was sealed before, as in a backup") {
        auto const kept = read_private_key(old_key_file(fleet.keys.private_file, before));
        REQUIRE(kept.has_value());
        CHECK(kept->open(fleet.sealed.at(2))->reveal() == "secret number 2");
    }
    SUBCASE("nothing of what was sealed before stays in the file") {
        auto const bytes = content_of(fleet.where.file);
        for (std::int32_t ordinal = 1; ordinal <= 3; ++ordinal)
            CHECK(bytes.find(fleet.sealed.at(ordinal)) == std::string::npos);
    }
    SUBCASE("an event says so") {
        std::vector<event_row> events;
        open_ledger_reader(fleet.where)->events(0, [&](event_row&& row) {
            events.push_back(std::move(row));
        });
        REQUIRE(events.size() == 1);
        CHECK(events.front().type == "key_changed");
        CHECK(events.front().detail == what->to);
        CHECK(events.front().at == second(2));
    }
    SUBCASE("again and again, each time another") {
        auto const again = fleet.rotate();
        REQUIRE(again.has_value());
        CHECK(again->from == what->to);
        fleet.check_whole();
        CHECK(fs::exists(old_key_file(fleet.keys.private_file, before)));
    }
}

TEST_CASE("Rotation: whenever its process is ended, one key opens everything, and again finishes it") {
    bool ended = true;
    for (int call = 1; ended; ++call) {
        CAPTURE(call);
        REQUIRE(call < 100);
        fleet_fixture const fleet;
        ended = ended_before(call, [&] { fleet.rotate(); });
        auto const expect_one_key = [&] {
            auto const next = next_key_file(fleet.keys.private_file);
            auto const file = fleet.fingerprint_of(next) == fleet.bound_to() ? next : fleet.keys.private_file;
            auto const key = read_private_key(file);
            REQUIRE(key.has_value());
            CHECK(fleet.opens_all(*key));
            CHECK(is_half_rotated(fleet.keys.private_file, fleet.bound_to()) == (file == next));
        };
        expect_one_key();
        if (!ended) {
            CHECK(call > 10);  // all the calls that there were
            break;
        }
        // The second one is ended too.
        ended_before(call % 5 + 1, [&] { fleet.rotate(); });
        expect_one_key();
        auto const last = fleet.rotate();
        REQUIRE(last.has_value());
        fleet.check_whole();
    }
}

TEST_CASE("Rotation: a key with a passphrase is replaced by one with the same") {
    fleet_fixture const fleet;
    REQUIRE(change_passphrase(fleet.keys.private_file, never(), always("open sesame"), quick).has_value());
    auto const before = contents(*open_ledger_reader(fleet.where));
    SUBCASE("given") {
        auto const what = fleet.rotate(always("open sesame"));
        REQUIRE(what.has_value());
        CHECK(what->is_protected);
        CHECK(look_at_private_key(fleet.keys.private_file)->is_protected);
        fleet.check_whole(always("open sesame"));
    }
    SUBCASE("wrong or missing: nothing is changed") {
        auto const wrong = fleet.rotate(always("open barley"));
        REQUIRE_FALSE(wrong.has_value());
        CHECK(has(wrong.error(), "the passphrase does not open the private key"));
        auto const missing = fleet.rotate();
        REQUIRE_FALSE(missing.has_value());
        CHECK(has(missing.error(), "is protected by a passphrase, and none is given"));
        CHECK(contents(*open_ledger_reader(fleet.where)) == before);
        fleet.check_whole(always("open sesame"));
    }
    SUBCASE("half done: finished without asking") {
        for (int call = 1; !is_half_rotated(fleet.keys.private_file, fleet.bound_to()); ++call) {
            REQUIRE(call < 100);
            REQUIRE(ended_before(call, [&] { fleet.rotate(always("open sesame")); }));
        }
        auto const what = fleet.rotate(never());
        REQUIRE(what.has_value());
        CHECK(what->only_finished);
        CHECK(what->resealed == 0);
        fleet.check_whole(always("open sesame"));
    }
}

TEST_CASE("Rotation: what cannot be is refused in a sentence, and changes nothing") {
    fleet_fixture fleet;
    auto const other = fleet.folder / "other.key";
    write_key_files(private_key::generate(), other, fleet.folder / "other.pub");
    char const* sentence = "";
    SUBCASE("no ledger") {
        fleet.where = at_file(fleet.folder / "typo/fleet.db");
        sentence = "there is no ledger";
    }
    SUBCASE("another ledger's private key") {
        fleet.keys.private_file = other;
        sentence = "but the ledger's secrets are sealed to";
    }
    SUBCASE("another ledger's public key would be replaced") {
        fleet.keys.public_file = fleet.folder / "other.pub";
        sentence = "but the ledger's secrets are sealed to";
    }
    SUBCASE("only the public key is here") {
        fs::remove(fleet.keys.private_file);
        sentence = "the private key";
    }
    SUBCASE("others may read the private key") {
        fs::permissions(fleet.keys.private_file, fs::perms::group_read, fs::perm_options::add);
        sentence = "may be used by others";
    }
    SUBCASE("another poolwright is at it") {
        auto const held = file_lock::take(fleet.keys.private_file.native() + ".lock");
        REQUIRE(held.has_value());
        auto const what = fleet.rotate(never());
        REQUIRE_FALSE(what.has_value());
        CHECK(has(what.error(), "is just being changed by another poolwright"));
        return;
    }
    auto const files = listing(fleet.folder / "config");
    auto const what = fleet.rotate(never());
    REQUIRE_FALSE(what.has_value());
    CHECK(has(what.error(), sentence));
    auto after = listing(fleet.folder / "config");
    after.erase("fleet.key.lock");
    CHECK(after == files);
    CHECK_FALSE(fs::exists(fleet.folder / "typo"));
}

TEST_CASE("Rotation: not while a run holds the ledger") {
    fleet_fixture const fleet;
    auto const run = make_ledger(fleet.where, commits_at_once());
    CHECK(has(error_of([&] { fleet.rotate(); }), "is in use by another poolwright"));
    CHECK(listing(fleet.folder / "config") == std::set<std::string>{"fleet.key", "fleet.pub"});
}

TEST_CASE("Rotation: a secret that does not open stops it, and every other stays as it was") {
    fleet_fixture const fleet;
    auto const before = fleet.bound_to();
    slot_row broken;
    {
        auto const book = make_ledger(fleet.where, commits_at_once());
        book->slots([&](slot_row&& row) {
            if (row.ordinal == 3) broken = std::move(row);
        });
        auto changed = broken;
        changed.record.sealed = private_key::generate().public_half().seal(secret("of another key"));
        commit_now(*book, change_of(changed));
    }
    CHECK(has(error_of([&] { fleet.rotate(); }), "the secret of app 3 of pool exchange in"));
    CHECK(fleet.bound_to() == before);
    CHECK(fleet.fingerprint_of(fleet.keys.private_file) == before);
    {
        auto const book = make_ledger(fleet.where, commits_at_once());
        commit_now(*book, change_of(broken));
    }
    REQUIRE(fleet.rotate().has_value());
    fleet.check_whole();
}

TEST_CASE("Rotation: an app whose number is damaged stops it, and is not passed over") {
    for (auto const* const slot : {"-slot", "0", "-9223372036854775807 - 1"}) {
        CAPTURE(slot);
        fleet_fixture const fleet;
        auto const before = fleet.bound_to();
        run_sql(fleet.where.file, fmt::format("UPDATE slots SET slot = {} WHERE ordinal = 2", slot));
        CHECK(has(error_of([&] { fleet.rotate(); }), "ordinal 2: its checksum"));
        CHECK(fleet.bound_to() == before);
        CHECK(fleet.fingerprint_of(fleet.keys.private_file) == before);
    }
}

TEST_CASE("Rotation: a link stays a link") {
    fleet_fixture fleet;
    auto const link = fleet.folder / "linked.key";
    fs::create_symlink(fleet.keys.private_file, link);
    auto const real = std::exchange(fleet.keys.private_file, link);
    REQUIRE(fleet.rotate().has_value());
    CHECK(fs::is_symlink(link));
    CHECK(fleet.fingerprint_of(real) == fleet.bound_to());
}

TEST_CASE("Passphrase: given, changed and taken away, the key stays the same") {
    scratch_folder const folder;
    auto const file = folder / "fleet.key";
    auto const key = private_key::generate();
    write_private_key(key, file);
    auto const opens = [&](passphrase_source const& passphrase) {
        auto const read = read_private_key(file, passphrase);
        return read && read->public_half() == key.public_half();
    };
    REQUIRE(change_passphrase(file, never(), always("first"), quick).has_value());
    CHECK(content_of(file).starts_with("poolwright private key 2\n"));
    CHECK(content_of(file).find(key.base64().reveal()) == std::string::npos);
    CHECK(mode_of(file) == 0600);
    CHECK(opens(always("first")));
    CHECK_FALSE(opens(always("firsT")));
    CHECK_FALSE(opens({}));

    REQUIRE(change_passphrase(file, always("first"), always("second"), quick).has_value());
    CHECK(opens(always("second")));
    CHECK_FALSE(opens(always("first")));

    auto const content = content_of(file);
    auto const wrong = change_passphrase(file, always("third"), {}, quick);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(has(wrong.error(), "the passphrase does not open the private key"));
    CHECK(content_of(file) == content);

    REQUIRE(change_passphrase(file, always("second"), {}, quick).has_value());
    CHECK(opens(never()));
    CHECK(listing(folder.path()) == std::set<std::string>{"fleet.key", "fleet.key.lock"});
}

TEST_CASE("Passphrase: not in the middle of a rotation") {
    scratch_folder const folder;
    auto const file = folder / "fleet.key";
    write_private_key(private_key::generate(), file);
    write_private_key(private_key::generate(), next_key_file(file));
    auto const refused = change_passphrase(file, never(), always("first"), quick);
    REQUIRE_FALSE(refused.has_value());
    CHECK(has(refused.error(), "poolwright key rotate finishes it"));
}

TEST_CASE("Passphrase: whenever its process is ended, the old one or the new one opens the key") {
    bool ended = true;
    for (int call = 1; ended; ++call) {
        CAPTURE(call);
        REQUIRE(call < 50);
        scratch_folder const folder;
        auto const file = folder / "fleet.key";
        auto const key = private_key::generate();
        write_private_key(key, file);
        ended = ended_before(call,
                             [&] { static_cast<void>(change_passphrase(file, {}, always("word"), quick)); });
        auto const read = read_private_key(file, always("word"));
        REQUIRE(read.has_value());
        CHECK(read->public_half() == key.public_half());
        if (!ended) CHECK(call > 4);
        REQUIRE(change_passphrase(file, always("word"), always("other"), quick).has_value());
        CHECK(listing(folder.path()) == std::set<std::string>{"fleet.key", "fleet.key.lock"});
    }
}

TEST_SUITE_END();
