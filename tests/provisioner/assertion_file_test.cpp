#include "provisioner/assertion_file.hpp"

#include "tests/provisioner/replies.hpp"
#include "tests/provisioner/scratch_folder.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace poolwright::provisioner;
using namespace poolwright::provisioner::test;
using namespace std::chrono_literals;

TEST_SUITE_BEGIN("provisioner");

namespace {

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'790'848'800)};

struct platform {
    scratch_folder folder;
    std::string path = folder / "token";
    assertion_file source{path};

    // As Kubernetes does: another file takes the place.
    void renew(std::string const& text) const {
        std::ofstream(path + "~", std::ios::binary) << text;
        std::filesystem::rename(path + "~", path);
    }
    std::string current(std::chrono::sys_seconds at = now) {
        auto const found = source.current(at);
        return found == nullptr ? std::string() : std::string(found->reveal());
    }
};

std::string until(std::chrono::sys_seconds end) {
    return jwt(R"({"exp":)" + std::to_string(end.time_since_epoch().count()) + "}");
}

}  // namespace

TEST_CASE_FIXTURE(platform, "the token of a platform is read again when its file is another") {
    renew(until(now + 1h) + "\n");
    auto const first = source.current(now);
    REQUIRE(first != nullptr);
    CHECK(first->reveal() == until(now + 1h));
    CHECK(source.current(now) == first);
    renew(until(now + 2h));
    CHECK(current() == until(now + 2h));
}

TEST_CASE_FIXTURE(platform, "a token that is about to end is read again, although its file looks the same") {
    renew(until(now + 1h));
    auto const first = source.current(now);
    CHECK(source.current(now + 58min) == first);
    auto const again = source.current(now + 59min + 30s);
    CHECK(again != nullptr);
    CHECK(again != first);
}

TEST_CASE_FIXTURE(platform, "a token that is missing, none or over is none, until there is one") {
    CHECK(current().empty());
    CHECK(source.why_none().find("cannot be read: No such file") != std::string::npos);
    for (std::string const bad : {"", "one word", "a.b.c", "two.eyJ9.x words", "\x01.e30.x"}) {
        renew(bad);
        CHECK(current().empty());
        CHECK(source.why_none().find("is no JSON Web Token") != std::string::npos);
    }
    renew(until(now));
    CHECK(current().empty());
    CHECK(source.why_none().find("has expired") != std::string::npos);
    renew(until(now + 1h));
    CHECK(current() == until(now + 1h));
    std::filesystem::remove(path);
    CHECK(current().empty());
    renew(jwt("{}"));
    CHECK(current() == jwt("{}"));
}

TEST_SUITE_END();
