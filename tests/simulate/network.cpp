#include "tests/simulate/network.hpp"

#include "examples/sandbox/timestamps.hpp"

#include <fmt/format.h>

#include <ctime>
#include <string>
#include <utility>

namespace poolwright::simulate {
namespace asio = boost::asio;
using namespace provisioner;
namespace {

using namespace std::chrono_literals;

sandbox::request to_model(http_request const& request) {
    sandbox::request asked;
    asked.method = std::string(to_string(request.method));
    asked.target = request.target;
    asked.headers = request.headers;
    asked.headers.emplace_back("Host", request.to.authority());
    if (request.bearer)
        asked.headers.emplace_back("Authorization", "Bearer " + std::string(request.bearer->reveal()));
    if (!request.content_type.empty()) asked.headers.emplace_back("Content-Type", request.content_type);
    asked.body = std::string(request.body.reveal());
    return asked;
}

nanoseconds processor_time() {
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return std::chrono::seconds(used.tv_sec) + nanoseconds(used.tv_nsec);
}

// What the directory itself tells of its quotas.
std::optional<told_to_wait> wait_told_by(sandbox::reply const& reply, nanoseconds now) {
    if (reply.status != 429) return std::nullopt;
    auto const after = sandbox::find_header(reply.headers, "Retry-After");
    if (after.empty()) return std::nullopt;
    auto const seconds = std::strtod(std::string(after).c_str(), nullptr);
    auto const scope = sandbox::find_header(reply.headers, "x-ms-throttle-scope");
    told_to_wait told{
        .until = now + std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(seconds)),
        .scope = "",
        .only_writes = scope.find("/Write/") != std::string_view::npos};
    for (std::string_view const known : {"Tenant_Application", "Tenant", "Application"}) {
        if (scope.starts_with(std::string(known) + "/")) told.scope = known;
    }
    return told;
}

}  // namespace

std::string_view to_string(fate what) noexcept {
    constexpr std::array<std::string_view, fates> words = {
        "arrives", "lost",      "reply lost",   "late",      "twice",   "refused",
        "hidden",  "throttled", "unauthorized", "truncated", "garbage", "wrong type"};
    return words[static_cast<std::size_t>(what)];
}

struct connection::trip {
    sandbox::request asked;
    fate what = fate::arrives;
    sandbox::reply reply;
    std::optional<std::string> failure;  // instead of a reply
    std::optional<told_to_wait> wait;
};

fate connection::draw_fate() {
    auto left = static_cast<double>(network_.random() >> 11U) * 0x1p-53;
    for (std::size_t each = 1; each < fates; ++each) {
        left -= network_.weather.chance[each];
        if (left < 0) return static_cast<fate>(each);
    }
    return fate::arrives;
}

nanoseconds connection::one_way() {
    return network_.random.between(0ns, network_.weather.jitter);
}

sandbox::reply connection::deliver(sandbox::request const& asked) {
    if (watching_ != nullptr) watching_->arriving(asked);
    if (network_.directory_cpu == nullptr) return network_.model.handle(asked, network_.time.true_wall());
    auto const begun = processor_time();
    auto answer = network_.model.handle(asked, network_.time.true_wall());
    *network_.directory_cpu += processor_time() - begun;
    return answer;
}

asio::awaitable<round_trip_result> connection::round_trip(http_request request) {
    constexpr auto for_ever = std::chrono::hours(24 * 365);
    if (point_()) co_await network_.time.sleep(for_ever);
    auto const of = std::make_shared<trip>();
    of->asked = to_model(request);
    of->what = draw_fate();
    ++network_.happened[static_cast<std::size_t>(of->what)];
    if (watching_ != nullptr) watching_->sending(of->asked, network_.time.elapsed());
    co_await travel(of);
    if (point_()) co_await network_.time.sleep(for_ever);
    auto result = finish(*of);
    co_return result;
}

// There, and back with a reply or a failure.
asio::awaitable<void> connection::travel(std::shared_ptr<trip> of) {
    auto& random = network_.random;
    auto const give_up = random.chance(0.5) ? network_.weather.timeout : one_way();
    auto& time = network_.time;
    switch (of->what) {
        case fate::lost:
            of->failure = "connection reset";
            co_await time.sleep(give_up);
            break;
        case fate::late:
            // Nothing is under way for more than ten seconds after its connection was closed.
            of->failure = "timed out";
            time.after(give_up + random.between(1ns, 10s), [this, of] { (void)deliver(of->asked); });
            co_await time.sleep(give_up);
            break;
        case fate::refused:
        case fate::unauthorized:
            co_await time.sleep(one_way());
            refuse(*of);
            break;
        default:
            co_await arrive(of);
            mangle(*of);
            break;
    }
}

asio::awaitable<void> connection::arrive(std::shared_ptr<trip> of) {
    auto& random = network_.random;
    co_await network_.time.sleep(one_way());
    bool const acts = of->what != fate::throttled || random.chance(0.2);
    if (acts) of->reply = deliver(of->asked);
    if (of->what == fate::twice) {
        co_await network_.time.sleep(random.between(0ns, 2s));
        auto again = deliver(of->asked);
        if (random.chance(0.5)) of->reply = std::move(again);
    }
    auto const back = of->reply.delay + one_way();
    co_await network_.time.sleep(back);
}

// What becomes of the reply on its way.
void connection::mangle(trip& of) {
    auto& body = of.reply.body;
    switch (of.what) {
        case fate::reply_lost:
            of.failure = "connection reset";
            break;
        case fate::hidden:
            refuse(of);
            break;
        case fate::throttled:
            throttle(of);
            break;
        case fate::truncated:
            // Cut off in the stream, or by something that counts the rest as the whole.
            if (network_.random.chance(0.5)) of.failure = "the reply ended early";
            body.resize(body.size() / 2);
            break;
        case fate::garbage:
            if (auto const at = body.find(R"("secretText":")");
                at != std::string::npos && network_.random.chance(0.5)) {
                body[at + 14] = body[at + 14] == 'x' ? 'y' : 'x';
                break;
            }
            body = network_.random.one_of(
                {"", "null", "[]", "{}", "\"id\"", R"({"id":5,"value":{}})", "\xff\xfe{"});
            break;
        case fate::wrong_type:
            of.reply.headers = {{"Content-Type", "text/html"}};
            body = "<html><body>Please sign in to this hotel's network</body></html>";
            break;
        default:
            if (of.reply.how != sandbox::effect::none) of.failure = "connection reset";
            break;
    }
    if (!of.wait) of.wait = wait_told_by(of.reply, network_.time.elapsed());
}

void connection::refuse(trip& of) {
    of.reply = {};
    if (of.what == fate::unauthorized) {
        of.reply.status = 401;
        of.reply.body =
            R"({"error":{"code":"InvalidAuthenticationToken","message":"Access token has expired."}})";
        return;
    }
    of.reply.status = network_.random.one_of({500, 502, 503, 504});
    of.reply.body =
        network_.random.one_of({"", "upstream connect error", R"({"error":{"code":"UnknownError"}})"});
}

// 429 in every variant that was seen in the field, and in some that were not.
void connection::throttle(trip& of) {
    auto& random = network_.random;
    auto const now = network_.time.elapsed();
    auto const wall = network_.time.true_wall();
    of.reply = {};
    of.reply.status = 429;
    of.reply.body =
        random.one_of({"", R"({"error":{"code":"TooManyRequests","message":"Please retry after"}})"});
    auto& headers = of.reply.headers;
    told_to_wait told{.until = now, .scope = "", .only_writes = false};
    // Some outlive the process that heard them.
    auto const seconds = random.chance(0.2) ? random.between(20, 240) : random.between(0, 20);
    headers.emplace_back("Date", sandbox::http_date(wall));
    switch (random.below(5)) {
        case 0:
            break;
        case 1:
            headers.emplace_back("Retry-After",
                                 random.one_of({"", "-3", "soon", "1e99x", "99999999999999999999"}));
            break;
        case 2:
            headers.emplace_back("Retry-After", sandbox::http_date(wall + std::chrono::seconds(seconds)));
            told.until =
                now + std::chrono::floor<std::chrono::seconds>(wall + std::chrono::seconds(seconds)) - wall;
            break;
        case 3:
            headers.emplace_back("Retry-After", fmt::format("{}.5", seconds));
            told.until = now + std::chrono::seconds(seconds) + 500ms;
            break;
        default:
            headers.emplace_back("Retry-After", fmt::to_string(seconds));
            told.until = now + std::chrono::seconds(seconds);
            break;
    }
    bool const of_graph = of.asked.target.starts_with("/v1.0/");
    if (of_graph)
        told.scope = random.one_of<std::string_view>({"", "", "Tenant_Application", "Application", "Tenant"});
    if (!told.scope.empty()) {
        told.only_writes = random.chance(0.5);
        headers.emplace_back("x-ms-throttle-scope",
                             fmt::format("{}/{}/a/b", told.scope, told.only_writes ? "Write" : "ReadWrite"));
    }
    if (random.chance(0.3))
        headers.emplace_back("x-ms-throttle-limit-percentage", random.one_of({"1.2", "1.8", "nan", "lots"}));
    of.wait = told;
}

round_trip_result connection::finish(trip& of) {
    auto const now = network_.time.elapsed();
    auto const* const reply = of.failure ? nullptr : &of.reply;
    if (watching_ != nullptr) {
        bool const told = reply != nullptr && of.wait.has_value();
        watching_->answered(of.asked, reply, told ? &*of.wait : nullptr, now);
    }
    if (network_.note) {
        network_.note(fmt::format("{} {} -> {}{}", of.asked.method, of.asked.target,
                                  of.failure ? *of.failure : fmt::to_string(of.reply.status),
                                  of.what == fate::arrives ? "" : fmt::format(" ({})", to_string(of.what))));
    }
    if (of.failure) return transport_failure(transport_failure::phase::receive, true, false, *of.failure);
    http_reply made;
    made.status = of.reply.status;
    made.headers = std::move(of.reply.headers);
    made.body = secret(of.reply.body);
    return made;
}

}  // namespace poolwright::simulate
