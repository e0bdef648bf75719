#include "provisioner/commit_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <functional>
#include <utility>

namespace poolwright::provisioner {
namespace {

namespace asio = boost::asio;

std::exception_ptr outcome_of(std::function<void()> const& job) {
    try {
        job();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

commit_executor commit_thread::executor() {
    return [this](std::function<void()> job, std::function<void(std::exception_ptr)> done) {
        auto work = asio::make_work_guard(loop_);
        asio::post(thread_, [work = std::move(work), job = std::move(job), done = std::move(done)]() mutable {
            auto error = outcome_of(job);
            // What the job held is let go here, before the loop hears that it is done.
            job = nullptr;
            asio::post(work.get_executor(),
                       [done = std::move(done), error = std::move(error)] { done(error); });
        });
    };
}

}  // namespace poolwright::provisioner
