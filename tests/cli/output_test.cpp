#include "cli/output.hpp"

#include "cli/failure.hpp"
#include "cli/provision_output.hpp"
#include "cli/replaced_file.hpp"
#include "planner/input_file.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

using namespace poolwright;
using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

namespace {

using provisioner::content_of;
using provisioner::listing;
using provisioner::mode_of;
using provisioner::scratch_folder;

// The message of the failure that `act` ends with.
template <class Act>
std::string refusal(Act const& act) {
    try {
        act();
    } catch (failure const& what) {
        CHECK(what.code() == broken);
        return what.what();
    }
    return {};
}

}  // namespace

TEST_CASE("what was written arrives, also what is larger than the buffer") {
    scratch_folder const folder;
    auto const path = (folder / "file").string();
    planner::descriptor const file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
    output out(file.get(), "the file");
    std::string const large(600'000, 'x');
    out.stream() << "a" << large << "b";
    CHECK(content_of(path).size() < large.size() + 2);
    out.finish();
    CHECK(content_of(path) == "a" + large + "b");
}

TEST_CASE("a write that fails is one sentence, wherever it is noticed") {
    planner::descriptor const full(::open("/dev/full", O_WRONLY));
    REQUIRE(full.get() >= 0);
    output out(full.get(), "standard output");
    out.stream() << "a";
    CHECK(refusal([&] { out.finish(); }) == "cannot write standard output: No space left on device");
    output second(full.get(), "it");
    CHECK(refusal([&] { second.stream() << std::string(600'000, 'x'); }) ==
          "cannot write it: No space left on device");
}

TEST_CASE("a closed pipe is no failure") {
    outlive_failed_writes();
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    planner::descriptor const writer(ends[1]);
    output out(writer.get(), "standard output");
    out.stream() << "a";
    CHECK_THROWS_AS(out.finish(), closed_pipe);
}

TEST_CASE("a file is there when it is complete, and then with its mode") {
    scratch_folder const folder;
    auto const path = (folder / "export.csv").string();
    std::ofstream(path) << "old";
    ::chmod(path.c_str(), 0644);
    {
        replaced_file file(path, 0600);
        file.stream() << "new";
        CHECK_FALSE(file.is_terminal());
        CHECK(content_of(path) == "old");
        file.commit();
        CHECK(content_of(path) == "new");
        CHECK(mode_of(path) == 0600);
    }
    CHECK(listing(folder.path()) == std::set<std::string>{"export.csv"});
}

TEST_CASE("what was not committed leaves nothing behind") {
    scratch_folder const folder;
    {
        replaced_file file((folder / "plan.json").string(), 0644);
        file.stream() << "half";
    }
    CHECK(listing(folder.path()).empty());
}

TEST_CASE("a link keeps pointing to its file, which is replaced") {
    scratch_folder const folder;
    std::filesystem::create_directory(folder / "real");
    std::ofstream(folder / "real/file") << "old";
    std::filesystem::create_symlink("real/file", folder / "link");
    replaced_file file((folder / "link").string(), 0600);
    file.stream() << "new";
    file.commit();
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(content_of(folder / "real/file") == "new");
}

TEST_CASE("a device is written to and not replaced") {
    replaced_file file("/dev/null", 0600);
    file.stream() << "gone";
    file.commit();
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("a file that cannot be made is one sentence") {
    scratch_folder const folder;
    auto const in_nothing = (folder / "none/file").string();
    CHECK(refusal([&] { replaced_file(in_nothing, 0600); }) ==
          "cannot write " + in_nothing + ": No such file or directory");
    CHECK(refusal([&] { replaced_file(folder.path().string(), 0600); }) ==
          "cannot write " + folder.path().string() + ": Is a directory");
}

TEST_SUITE_END();
