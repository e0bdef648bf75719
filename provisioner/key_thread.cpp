#include "provisioner/key_thread.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <thread>
#include <utility>

namespace poolwright::provisioner {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_ready = 4;

// One processor is left to the loop.
std::size_t threads() {
    constexpr unsigned most = 4;
    auto const processors = std::thread::hardware_concurrency();
    return std::clamp(processors, 2U, most + 1) - 1;
}

}  // namespace

key_thread::key_thread(asio::any_io_executor loop) : loop_(std::move(loop)), threads_(threads()) {}

key_thread::~key_thread() {
    threads_.stop();
    threads_.join();
}

void key_thread::ask(key_taker taker) {
    ++asked_;
    waiting_.push_back(std::move(taker));
    if (!waited_for_) waited_for_.emplace(loop_);
    make_ahead();
    asio::post(loop_, [this] { hand_over(); });
}

// As many again as were asked for, so that a run that needs one makes no more than two.
void key_thread::make_ahead() {
    auto const wanted = waiting_.size() + std::min(asked_, most_ready);
    while (ready_.size() + making_ < wanted) {
        ++making_;
        asio::post(threads_, [this] {
            outcome made;
            try {
                made.key = rsa_key::make();
            } catch (...) {
                made.failed = std::current_exception();
            }
            asio::post(loop_, [this, made = std::move(made)]() mutable {
                --making_;
                ready_.push_back(std::move(made));
                hand_over();
            });
        });
    }
}

void key_thread::hand_over() {
    while (!ready_.empty() && !waiting_.empty()) {
        auto const made = std::exchange(ready_.front(), {});
        ready_.pop_front();
        auto const taker = std::exchange(waiting_.front(), nullptr);
        waiting_.pop_front();
        taker(made.failed, made.key);
    }
    if (waiting_.empty()) waited_for_.reset();
}

}  // namespace poolwright::provisioner
