#pragma once

#include "provisioner/fleet.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <deque>
#include <exception>
#include <optional>

// The threads on which RSA keys are made, ahead of need: one takes half a second of a processor.

namespace poolwright::provisioner {

class key_thread {
public:
    // `loop` is where keys are handed over; it does not run out of work while somebody waits for one. Nothing
    // is made before the first key is asked for; from then on a few are kept ready.
    explicit key_thread(boost::asio::any_io_executor loop);

    // Waits for the keys that are just being made.
    ~key_thread();

    key_thread(key_thread const&) = delete;
    key_thread& operator=(key_thread const&) = delete;

    // For fleet_machine, on the loop's thread; to be used only while this object lives.
    void ask(key_taker taker);

private:
    struct outcome {
        std::exception_ptr failed;
        rsa_key key;
    };

    void make_ahead();
    void hand_over();

    boost::asio::any_io_executor loop_;
    std::deque<outcome> ready_;
    std::deque<key_taker> waiting_;
    std::optional<boost::asio::executor_work_guard<boost::asio::any_io_executor>> waited_for_;
    std::size_t asked_ = 0;   // so far
    std::size_t making_ = 0;  // threads at work, or about to be
    boost::asio::thread_pool threads_;
};

}  // namespace poolwright::provisioner
