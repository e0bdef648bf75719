#include "cli/secrets_guard.hpp"

#include <sys/prctl.h>

namespace poolwright::cli {

secrets_guard::secrets_guard() noexcept : dumpable_(::prctl(PR_GET_DUMPABLE)) {
    ::prctl(PR_SET_DUMPABLE, 0);
    // Also where the system dumps what is not dumpable (fs.suid_dumpable).
    ::getrlimit(RLIMIT_CORE, &dumps_);
    rlimit none = dumps_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_CORE, &none);
}

secrets_guard::~secrets_guard() {
    ::setrlimit(RLIMIT_CORE, &dumps_);
    // 2 (readable by root only) may be read but not set.
    if (dumpable_ == 1) ::prctl(PR_SET_DUMPABLE, 1);
}

}  // namespace poolwright::cli
