#include "cli/provision_keys.hpp"

#include "cli/failure.hpp"
#include "provisioner/key_rotation.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <unistd.h>

TEST_SUITE_BEGIN("cli");

using namespace poolwright;
using namespace poolwright::cli;
namespace fs = std::filesystem;

namespace {

// A folder for two keys.
struct keys_fixture {
    keys_fixture() {
        auto pattern = (fs::temp_directory_path() / "poolwright-keys-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder = pattern;
    }
    ~keys_fixture() { fs::remove_all(folder); }
    keys_fixture(keys_fixture const&) = delete;
    keys_fixture& operator=(keys_fixture const&) = delete;

    [[nodiscard]] key_paths paths() const {
        key_paths where;
        where.public_file = folder / "fleet.pub";
        where.private_file = folder / "fleet.key";
        return where;
    }
    fs::path folder;
};

bool is_refused(std::function<void()> const& what) {
    try {
        what();
        return false;
    } catch (failure const& why) {
        CHECK(why.code() == broken);
        return true;
    }
}

bool open_is_refused(key_paths const& paths, std::string const& bound_to) {
    return is_refused([&] { open_keys(paths, bound_to); });
}

bool check_is_refused(key_paths const& paths, std::string const& bound_to) {
    return is_refused([&] { check_keys(paths, bound_to); });
}

}  // namespace

TEST_CASE("Keys: made once for a ledger that has none, and then used") {
    keys_fixture const files;
    auto const paths = files.paths();
    check_keys(paths, "");
    CHECK(fs::is_empty(files.folder));
    auto const made = open_keys(paths, "");
    CHECK(made.made);
    CHECK(made.opener.has_value());
    CHECK(made_keys_note(paths).find(paths.private_file.string()) != std::string::npos);
    auto const again = open_keys(paths, made.seal_to.fingerprint());
    CHECK_FALSE(again.made);
    CHECK(again.seal_to == made.seal_to);
    CHECK_FALSE(check_is_refused(paths, made.seal_to.fingerprint()));
}

TEST_CASE("Keys: none are made for a ledger that is bound to some, nor where a file was named") {
    keys_fixture const files;
    auto paths = files.paths();
    CHECK(open_is_refused(paths, std::string(32, 'a')));
    CHECK(check_is_refused(paths, std::string(32, 'a')));
    paths.public_named = true;
    CHECK(open_is_refused(paths, ""));
    CHECK(check_is_refused(paths, ""));
    CHECK(fs::is_empty(files.folder));
}

TEST_CASE("Keys: another key than the ledger's is refused, whichever half is there") {
    keys_fixture const files;
    auto const paths = files.paths();
    open_keys(paths, "");
    auto const other = std::string(32, 'a');
    CHECK(open_is_refused(paths, other));
    CHECK(check_is_refused(paths, other));
    fs::remove(paths.public_file);
    CHECK(check_is_refused(paths, other));
}

TEST_CASE("Keys: the private key may be elsewhere, but not broken or open to others") {
    keys_fixture const files;
    auto const paths = files.paths();
    auto const bound_to = open_keys(paths, "").seal_to.fingerprint();
    fs::permissions(paths.private_file, fs::perms::owner_all | fs::perms::others_read);
    CHECK(open_is_refused(paths, bound_to));
    CHECK(check_is_refused(paths, bound_to));
    fs::remove(paths.private_file);
    CHECK_FALSE(open_keys(paths, bound_to).opener.has_value());
    std::ofstream(paths.private_file) << "nonsense\n";
    fs::permissions(paths.private_file, fs::perms::owner_read | fs::perms::owner_write);
    CHECK(open_is_refused(paths, bound_to));
}

TEST_CASE(
    "Keys: another pair's private key is left alone at its usual place, and refused where it was named") {
    keys_fixture const files;
    keys_fixture const others;
    open_keys(others.paths(), "");
    auto paths = files.paths();
    auto const bound_to = open_keys(paths, "").seal_to.fingerprint();
    paths.private_file = others.paths().private_file;
    CHECK_FALSE(open_keys(paths, bound_to).opener.has_value());
    paths.private_named = true;
    CHECK(open_is_refused(paths, bound_to));
    CHECK(check_is_refused(paths, bound_to));
}

TEST_CASE("Keys: a protected private key is used only where its passphrase is given, and fits without") {
    keys_fixture const files;
    auto paths = files.paths();
    auto const bound_to = open_keys(paths, "").seal_to.fingerprint();
    auto const word = [](char const* text) {
        return [text](fs::path const&) -> boost::system::result<provisioner::secret, std::string> {
            return provisioner::secret(text);
        };
    };
    provisioner::passphrase_cost const quick{.passes = 1, .memory = 8192};
    REQUIRE(provisioner::change_passphrase(paths.private_file, {}, word("right"), quick).has_value());
    CHECK_FALSE(check_is_refused(paths, bound_to));
    auto const closed = open_keys(paths, bound_to);
    CHECK_FALSE(closed.opener.has_value());
    CHECK(closed.left_closed);
    paths.passphrase = word("right");
    auto const opened = open_keys(paths, bound_to);
    CHECK(opened.opener.has_value());
    CHECK_FALSE(opened.left_closed);
    paths.passphrase = word("wrong");
    CHECK(open_is_refused(paths, bound_to));
    // The public half is known without it.
    fs::remove(paths.public_file);
    paths.passphrase = {};
    CHECK(open_keys(paths, bound_to).seal_to.fingerprint() == bound_to);
}

TEST_CASE("Keys: who has another key than the ledger's is told of a rotation") {
    keys_fixture const files;
    auto const paths = files.paths();
    open_keys(paths, "");
    auto const next = provisioner::private_key::generate();
    auto const bound_to = next.public_half().fingerprint();
    auto const hint = [&] {
        try {
            check_keys(paths, bound_to);
            return std::string("not refused");
        } catch (failure const& why) {
            return why.hint();
        }
    };
    CHECK(hint().find("restore the ledger's key") != std::string::npos);
    auto const kept = provisioner::old_key_file(paths.private_file, bound_to);
    provisioner::write_private_key(next, kept);
    CHECK(hint().find("--key-file " + kept.string()) != std::string::npos);
    provisioner::write_private_key(next, provisioner::next_key_file(paths.private_file));
    CHECK(hint() == "a rotation of the key was interrupted: `poolwright key rotate` finishes it");
}

TEST_SUITE_END();
