#pragma once

#include "provisioner/ledger.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

// The thread on which the real ledger commits, since an fsync must not stall the loop.

namespace poolwright::provisioner {

class commit_thread {
public:
    // `loop` is where the outcome of a commit is told; it does not run out of work while one is under way.
    explicit commit_thread(boost::asio::any_io_executor loop) : loop_(std::move(loop)) {}

    // Waits for the jobs that were handed over.
    ~commit_thread() { thread_.join(); }

    commit_thread(commit_thread const&) = delete;
    commit_thread& operator=(commit_thread const&) = delete;

    // For make_ledger; to be used only while this object lives.
    [[nodiscard]] commit_executor executor();

private:
    boost::asio::any_io_executor loop_;
    boost::asio::thread_pool thread_{1};
};

}  // namespace poolwright::provisioner
