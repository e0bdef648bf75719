#include "cli/event_stream.hpp"

#include "cli/failure.hpp"
#include "cli/provision_output.hpp"
#include "cli/provision_summary.hpp"
#include "planner/wording.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {
namespace {

namespace json = boost::json;

json::object typed(std::string_view type, wall_time at) {
    return {{"type", type}, {"at", rfc3339(at)}};
}

double seconds_of(std::chrono::nanoseconds time) noexcept {
    return std::chrono::duration<double>(time).count();
}

int open_target(std::string const& target) {
    if (target == "-") return STDOUT_FILENO;
    int const descriptor = ::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        throw failure(broken, fmt::format("--events {}: cannot be opened: {}", planner::shown(target),
                                          std::generic_category().message(errno)));
    }
    struct stat facts{};
    // A file that was there may have been open to others; a terminal or pipe is left as it is.
    if (::fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) ::fchmod(descriptor, 0600);
    return descriptor;
}

}  // namespace

std::string rfc3339(wall_time at) {
    auto const since = std::chrono::floor<std::chrono::milliseconds>(at);
    auto const whole = std::chrono::floor<std::chrono::seconds>(since);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(whole)), (since - whole).count());
}

json::object version_event() {
    return {{"type", "version"}, {"schema", "poolwright.events/1"}};
}

json::object run_started_event(wall_time at, provisioner::fleet_counts const& totals) {
    auto event = typed("run_started", at);
    event["totals"] = totals_json(totals);
    return event;
}

json::object event_of(provisioner::fleet_event const& what, wall_time at) {
    auto event = typed(what.type, at);
    event["tenant_id"] = to_string(what.directory_id);
    if (!what.pool.empty()) event["pool"] = what.pool;
    if (what.ordinal != 0) event["ordinal"] = what.ordinal;
    if (!what.application_id.empty()) event["application_id"] = to_string(what.application_id);
    if (what.wait.count() != 0) event["seconds"] = seconds_of(what.wait);
    if (!what.reason.empty()) event["reason"] = what.reason;
    return event;
}

json::object run_finished_event(wall_time at, provisioner::fleet_counts const& totals,
                                std::chrono::nanoseconds took, bool interrupted) {
    auto event = typed("run_finished", at);
    event["seconds"] = seconds_of(took);
    if (interrupted) event["reason"] = "interrupted";
    event["totals"] = totals_json(totals);
    return event;
}

event_stream::event_stream(std::string const& target, std::function<void(std::string const&)> warn)
    : target_(target), warn_(std::move(warn)), descriptor_(open_target(target)) {
    write(version_event());
}

event_stream::~event_stream() {
    if (target_ != "-") ::close(descriptor_);
}

void event_stream::write(json::object const& event) {
    if (ended_) return;
    auto const error = write_all(descriptor_, json::serialize(event) + '\n');
    if (!error) return;
    ended_ = true;
    warn_(fmt::format("no more events are written to {}, and the run goes on: {}", planner::shown(target_),
                      error.message()));
}

}  // namespace poolwright::cli
