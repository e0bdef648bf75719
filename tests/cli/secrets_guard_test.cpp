#include "cli/secrets_guard.hpp"

#include <doctest/doctest.h>

#include <sys/prctl.h>
#include <sys/resource.h>

using namespace poolwright::cli;

TEST_SUITE_BEGIN("cli");

TEST_CASE("Secrets guard: no core dump as long as secrets are in memory") {
    rlimit before{};
    ::getrlimit(RLIMIT_CORE, &before);
    auto const dumpable = ::prctl(PR_GET_DUMPABLE);
    {
        secrets_guard const guard;
        rlimit during{};
        ::getrlimit(RLIMIT_CORE, &during);
        CHECK(during.rlim_cur == 0);
        CHECK(::prctl(PR_GET_DUMPABLE) == 0);
    }
    rlimit after{};
    ::getrlimit(RLIMIT_CORE, &after);
    CHECK(after.rlim_cur == before.rlim_cur);
    CHECK(::prctl(PR_GET_DUMPABLE) == dumpable);
}

TEST_SUITE_END();
