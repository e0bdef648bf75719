#include "tests/simulate/history.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <sqlite3.h>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// Plays the histories of any range of seeds, on every processor, and says which promise broke in which.
//
//     histories FIRST COUNT [JOBS]    ends with 0 if every promise held, else with 1
//     histories --trace SEED          one of them, line by line
//     histories --until-broken FIRST MOST
//                                     how many it takes until a promise breaks; 0 if one did, 1 if none

namespace {

using namespace poolwright::simulate;

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number number{};
    auto const [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

history_end play_safely(std::uint64_t seed, std::function<void(std::string_view)> const& note) {
    try {
        return play_history(seed, note);
    } catch (std::exception const& error) {
        history_end end;
        end.broken.push_back(fmt::format("an exception: {}", error.what()));
        return end;
    }
}

void report(std::uint64_t seed, history_end const& end, char const* program) {
    for (auto const& each : end.broken) fmt::print("seed {}: {}\n", seed, each);
    fmt::print("  replay: {} --trace {}\n", program, seed);
    std::fflush(stdout);
}

// Every `step`th seed, in a process of its own: a history that crashes takes no other with it. What happened
// is written to the pipe.
void play_share(std::uint64_t first, std::uint64_t count, std::uint64_t step, int pipe, char const* program) {
    happenings all;
    bool held = true;
    for (std::uint64_t i = 0; i < count; i += step) {
        auto const end = play_safely(first + i, {});
        all += end.seen;
        if (end.broken.empty()) continue;
        held = false;
        report(first + i, end, program);
    }
    if (write(pipe, &all, sizeof all) != sizeof all) held = false;
    _exit(held ? 0 : 1);
}

void print(happenings const& all, double seconds) {
    fmt::print(
        "{} histories in {:.1f} s ({:.0f} a minute): {} runs, {} deaths, {} interrupts, {} overlapping, "
        "{} edits by somebody else, {} clock jumps, {} calls, {} apps ready\n",
        all.histories, seconds, static_cast<double>(all.histories) / seconds * 60, all.runs, all.deaths,
        all.interrupts, all.overlaps, all.edits, all.clock_jumps, all.calls, all.ready);
    for (std::size_t i = 0; i < fates; ++i)
        fmt::print("{}{} {}", i == 0 ? "round trips: " : ", ", to_string(static_cast<fate>(i)), all.trips[i]);
    fmt::print("\n");
}

int play_all(std::uint64_t first, std::uint64_t count, std::uint64_t jobs, char const* program) {
    auto const begun = std::chrono::steady_clock::now();
    int pipes[2];
    if (pipe(pipes) != 0) return 70;
    for (std::uint64_t job = 0; job < jobs && job < count; ++job) {
        auto const child = fork();
        if (child < 0) return 70;
        if (child == 0) play_share(first + job, count - job, jobs, pipes[1], program);
    }
    close(pipes[1]);
    happenings all;
    for (happenings each; read(pipes[0], &each, sizeof each) == sizeof each;) all += each;
    bool held = true;
    for (int status = 0; wait(&status) > 0;) held = held && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    print(all, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
    if (!held) fmt::print("promises were broken, or a process ended before its histories\n");
    return held ? 0 : 1;
}

int trace(std::uint64_t seed, char const* program) {
    auto const end = play_safely(seed, [](std::string_view line) { fmt::print("{}\n", line); });
    if (end.broken.empty()) {
        fmt::print("seed {}: every promise held\n", seed);
        return 0;
    }
    report(seed, end, program);
    return 1;
}

int until_broken(std::uint64_t first, std::uint64_t most) {
    for (std::uint64_t i = 0; i < most; ++i) {
        auto const end = play_safely(first + i, {});
        if (end.broken.empty()) continue;
        fmt::print("found after {} histories: {}\n", i + 1, end.broken.front());
        return 0;
    }
    fmt::print("not found in {} histories\n", most);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    // Each process has one thread; locks and the counting of memory cost histories time.
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    std::vector<std::string_view> const words(argv + 1, argv + argc);
    if (words.size() == 2 && words[0] == "--trace") {
        if (auto const seed = number_from<std::uint64_t>(words[1])) return trace(*seed, argv[0]);
    }
    if (words.size() == 3 && words[0] == "--until-broken") {
        auto const first = number_from<std::uint64_t>(words[1]);
        auto const most = number_from<std::uint64_t>(words[2]);
        if (first && most) return until_broken(*first, *most);
    }
    if (words.size() == 2 || words.size() == 3) {
        auto const first = number_from<std::uint64_t>(words[0]);
        auto const count = number_from<std::uint64_t>(words[1]);
        auto const jobs = words.size() == 3 ? number_from<std::uint64_t>(words[2])
                                            : std::uint64_t(sysconf(_SC_NPROCESSORS_ONLN));
        if (first && count && jobs && *count > 0 && *jobs > 0)
            return play_all(*first, *count, *jobs, argv[0]);
    }
    std::fputs(
        "usage: histories FIRST COUNT [JOBS]\n"
        "       histories --trace SEED\n"
        "       histories --until-broken FIRST MOST\n",
        stderr);
    return 64;
}
