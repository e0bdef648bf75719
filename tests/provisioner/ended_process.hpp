#pragma once

#include <functional>

// A process that is ended in the middle of its work, as kill -9 does it: nothing is written, flushed or
// destroyed any more.

namespace poolwright::provisioner {

// Runs `work` in a process of its own, which ends before its `call`-th call, from 1, of those that change
// files or make a change durable: write, fsync, rename, renameat2, link, unlink. (SQLite's calls are not
// seen: what it commits is there or not.) True if it was ended so, false if `work` came to its end.
bool ended_before(int call, std::function<void()> const& work);

}  // namespace poolwright::provisioner
