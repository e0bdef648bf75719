#include "provisioner/locked_memory.hpp"

#include "provisioner/secret.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace poolwright::provisioner;

TEST_SUITE_BEGIN("provisioner");

namespace {

// What the kernel says of the pages that hold this address: "rd wr … lo … dd".
std::set<std::string> flags_of(void const* address) {
    auto const place = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream map("/proc/self/smaps");
    bool found = false;
    for (std::string line; std::getline(map, line);) {
        std::uintptr_t from = 0;
        std::uintptr_t to = 0;
        char dash = 0;
        if (std::istringstream range(line); range >> std::hex >> from >> dash >> to && dash == '-')
            found = place >= from && place < to;
        if (!found || !line.starts_with("VmFlags:")) continue;
        std::istringstream words(line.substr(8));
        return {std::istream_iterator<std::string>(words), {}};
    }
    return {};
}

// False under the sanitizers, which pass over every mlock() and say that it was done.
bool locks_for_real() {
    auto const size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    void* const page = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    REQUIRE(page != MAP_FAILED);
    bool const passed_over = ::mlock(page, size) == 0 && !flags_of(page).contains("lo");
    ::munmap(page, size);
    return !passed_over;
}

}  // namespace

TEST_CASE("Locked memory: a secret lies on pages that are locked and in no core dump") {
    secret const text("of which nothing shall be seen");
    auto const flags = flags_of(text.reveal().data());
    CHECK(flags.contains("dd"));
    CHECK(flags.contains("lo") == (all_is_locked() && locks_for_real()));
}

TEST_CASE("Locked memory: pieces of every size are apart, and serve again") {
    for (int round = 0; round < 3; ++round) {
        std::vector<std::pair<unsigned char*, std::size_t>> pieces;
        for (std::size_t size = 1; size <= 2 * most_locked; size += size < 70 ? 1 : 61) {
            auto* const piece = static_cast<unsigned char*>(take_locked(size));
            CHECK(reinterpret_cast<std::uintptr_t>(piece) % alignof(std::max_align_t) == 0);
            std::memset(piece, static_cast<int>(pieces.size() % 251), size);
            pieces.emplace_back(piece, size);
        }
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            auto const [piece, size] = pieces[i];
            bool same = true;
            for (std::size_t k = 0; k < size; ++k) same = same && piece[k] == i % 251;
            CHECK(same);
            give_locked(piece, size);
        }
    }
    auto* const first = take_locked(1000);
    give_locked(first, 1000);
    auto* const again = take_locked(1024);
    CHECK(again == first);
    give_locked(again, 1024);
}

TEST_CASE("Locked memory: where nothing more may be locked, secrets are kept all the same") {
    bool const for_real = locks_for_real();
    auto const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        rlimit const none{.rlim_cur = 0, .rlim_max = 0};
        ::setrlimit(RLIMIT_MEMLOCK, &none);
        // Root is not bound by the limit.
        if (::geteuid() == 0 && ::setuid(65'534) != 0) ::_exit(2);
        std::vector<secret> many;
        for (int i = 0; i < 1000; ++i) many.emplace_back(std::string(2000, static_cast<char>('a' + i % 26)));
        bool whole = true;
        for (std::size_t i = 0; i < many.size(); ++i)
            whole = whole && many[i].reveal() == std::string(2000, static_cast<char>('a' + i % 26));
        ::_exit(whole && all_is_locked() != for_real ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}

TEST_SUITE_END();
