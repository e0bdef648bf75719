#include "planner/input_file.hpp"

#include "planner/tenant_csv.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

TEST_SUITE_BEGIN("planner");

using namespace poolwright::planner;

namespace {

// A folder of its own that goes when the test ends.
class folder {
public:
    folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "poolwright-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

void write(std::string const& path, std::string_view text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    REQUIRE(out.flush().good());
}

// Everything that is left, and then what was wrong.
std::string read_all(input_file& file) {
    std::string out;
    while (true) {
        auto const piece = file.next();
        if (!piece.has_value()) return out + "! " + piece.error().text();
        if (piece->empty()) return out;
        out += *piece;
    }
}

std::string problem_of(std::string const& path) {
    auto const file = input_file::open(path);
    return file.has_value() ? "none" : file.error().text();
}

// Text of a bit more than three pieces.
std::string long_text() {
    std::string out = "tenant_id,mailboxes\n";
    for (int i = 0; out.size() < 3 * input_file::piece_size + 100; ++i)
        out += "t" + std::to_string(i) + ".com,1\n";
    return out;
}

tenant_csv_findings read_tenants_of(input_file& file) {
    return read_tenants(file, {"t.csv", "", true},
                        [](tenant_row const&) { return std::optional<cell_problem>(); });
}

}  // namespace

TEST_CASE("a file is read several times") {
    folder const place;
    auto const path = place.file("t.csv");
    auto const text = long_text();
    write(path, text);
    auto file = input_file::open(path);
    REQUIRE(file.has_value());
    CHECK(file->name() == path);
    for (int i = 0; i < 3; ++i) {
        CHECK(read_all(*file) == text);
        CHECK(file->next()->empty());
        file->rewind();
    }
}

TEST_CASE("an empty file") {
    folder const place;
    write(place.file("t.csv"), "");
    auto file = input_file::open(place.file("t.csv"));
    REQUIRE(file.has_value());
    CHECK(read_all(*file).empty());
    CHECK(read_tenants_of(*file).problems.total() == 1);
}

TEST_CASE("a file that is changed between two readings is noticed before a changed piece is handed over") {
    auto const text = long_text();
    auto other_byte = text;
    other_byte[input_file::piece_size + 5] ^= 1;
    struct row {
        std::string_view what;
        std::string now;
        std::size_t pieces;  // that are as before
    };
    std::array<row, 5> const table{{{"another byte", other_byte, 1},
                                    {"shorter by a byte", text.substr(0, text.size() - 1), 3},
                                    {"shorter by a piece", text.substr(0, 2 * input_file::piece_size), 2},
                                    {"longer", text + "x", 3},
                                    {"empty", "", 0}}};
    for (auto const& [what, now, pieces] : table) {
        CAPTURE(what);
        folder const place;
        auto const path = place.file("t.csv");
        write(path, text);
        auto file = input_file::open(path);
        REQUIRE(file.has_value());
        REQUIRE(read_tenants_of(*file).problems.empty());
        write(path, now);
        file->rewind();
        CHECK(read_all(*file) == text.substr(0, pieces * input_file::piece_size) + "! " + path +
                                     ": this file was changed while it was read: run the command again");
        CHECK(read_tenants_of(*file).problems.text() ==
              path + ": this file was changed while it was read: run the command again");
    }
}

TEST_CASE("a first reading that ended early does not hide a change") {
    folder const place;
    auto const path = place.file("t.csv");
    auto const text = long_text();
    write(path, text);
    auto file = input_file::open(path);
    REQUIRE(file.has_value());
    CHECK_FALSE(file->next()->empty());
    file->rewind();
    CHECK(read_all(*file) == text);
    write(path, text.substr(1));
    file->rewind();
    CHECK(read_all(*file).starts_with("! "));
}

TEST_CASE("a pipe is read several times too, and its copy has no name") {
    folder const place;
    auto const path = place.file("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    auto const text = long_text();
    std::thread writer([&] { write(path, text); });
    auto file = input_file::open(path);
    writer.join();
    REQUIRE(file.has_value());
    CHECK(read_all(*file) == text);
    file->rewind();
    CHECK(read_all(*file) == text);
}

TEST_CASE("standard input is read from where it stands") {
    folder const place;
    write(place.file("t.csv"), "before\nafter\n");
    descriptor const saved(::dup(STDIN_FILENO));
    descriptor const given(::open(place.file("t.csv").c_str(), O_RDONLY | O_CLOEXEC));
    REQUIRE(::lseek(given.get(), 7, SEEK_SET) == 7);
    ::dup2(given.get(), STDIN_FILENO);
    auto file = input_file::open("-");
    ::dup2(saved.get(), STDIN_FILENO);
    REQUIRE(file.has_value());
    CHECK(file->name() == "stdin");
    CHECK(read_all(*file) == "after\n");
    file->rewind();
    CHECK(read_all(*file) == "after\n");
}

TEST_CASE("what cannot be opened") {
    folder const place;
    CHECK(problem_of(place.file("none")) ==
          place.file("none") + ": cannot open this file: No such file or directory");
    CHECK(problem_of(place.file("")) == place.file("") + ": this is a directory, not a file");
}

TEST_SUITE_END();
