#include "examples/sandbox/client_credentials.hpp"
#include "examples/sandbox/directory_model.hpp"
#include "examples/sandbox/folder.hpp"
#include "examples/sandbox/journal_file.hpp"
#include "examples/sandbox/options.hpp"
#include "examples/sandbox/routes.hpp"
#include "examples/sandbox/server.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <stdexcept>

namespace poolwright::sandbox {
namespace {

constexpr int exit_input = 65;
constexpr int exit_machine = 70;

// What is wrong with --limits or --faults.
struct bad_input : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// The same at every start: applications that were made earlier stay its own.
identity provisioning_identity(std::uint64_t seed, int number) {
    generator random(seed ^ 0x636C69656E74ULL ^ (static_cast<std::uint64_t>(number - 1) << 56U));
    auto const secret = random.new_secret();
    auto const suffix = number == 1 ? std::string() : fmt::format("/{}", number);
    return {name_based_guid("graph-sandbox/provisioning" + suffix),
            std::string(secret.data(), secret.size()),
            "poolwright provisioning",
            provisioning_roles(),
            {},
            {},
            never,
            provisioning_scopes()};
}

// The program of a person who has no other credential than a sign-in.
identity public_client() {
    identity made{name_based_guid("graph-sandbox/public"), "", "poolwright for a person", {}};
    made.scopes = provisioning_scopes();
    made.is_public = true;
    return made;
}

std::string read_input(std::filesystem::path const& path) {
    try {
        return read_file(path);
    } catch (std::exception const& problem) {
        throw bad_input(problem.what());
    }
}

template <class Result>
auto checked(Result result, std::filesystem::path const& path) {
    if (result) return std::move(*result);
    std::string all;
    for (auto const& problem : result.error())
        all += fmt::format("{}{}: {}", all.empty() ? "" : "\n", path.string(), problem);
    throw bad_input(all);
}

settings to_settings(server_options const& options) {
    settings made;
    for (int i = 1; i <= options.identities; ++i)
        made.identities.push_back(provisioning_identity(options.seed, i));
    made.latency = options.latency;
    made.replication_lag = options.replication_lag;
    made.secret_lag = options.secret_lag;
    made.seed = options.seed;
    made.cloud = options.cloud;
    made.device_interval = options.device_interval;
    if (options.limits)
        made.limits = checked(throttle::parse_limits(read_input(*options.limits)), *options.limits);
    if (options.faults) {
        made.faults = checked(parse_faults(read_input(*options.faults), route_names()), *options.faults);
    }
    return made;
}

std::vector<client_proofs> register_all(std::vector<identity>& clients, signing_key const& key) {
    auto const now = std::chrono::system_clock::now();
    std::vector<client_proofs> made;
    made.reserve(clients.size());
    for (auto& each : clients)
        made.push_back(register_proofs(each, static_cast<int>(made.size()) + 1, key, now));
    return made;
}

// Brings back what an earlier start had, and makes the file follow from now on.
void resume(directory_model& model, journal_file& journal) {
    std::size_t damaged = 0;
    journal.read([&](std::string_view line) { damaged += model.replay(line) ? 0 : 1; });
    if (damaged > 0)
        fmt::print(stderr, "graph-sandbox: {} damaged lines of the state file were left out\n", damaged);
    model.begin_session();
    journal.rewrite([&](journal_file::line_sink const& write) { model.snapshot(write); });
}

void run(server_options const& options) {
    auto given = to_settings(options);
    server_folder const folder(options.folder);
    auto const key = signing_key::create();
    given.issuers.push_back(own_issuer(key));
    auto const proofs = register_all(given.identities, key);
    auto const clients = given.identities;
    auto const for_a_person = public_client();
    given.identities.push_back(for_a_person);
    std::optional<journal_file> journal;
    if (options.state) journal.emplace(*options.state);
    auto following = false;
    if (journal) {
        given.journal = [&](std::string_view line) {
            if (following) journal->append(line);
        };
    }
    directory_model model(std::move(given));
    if (journal) resume(model, *journal);
    following = true;

    auto const certificate = folder.authority(options.state.has_value()).issue();
    folder.write_client_secrets(clients);
    folder.write_client_proofs(proofs);
    auto const now = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    folder.write_refresh_token(model.issue_refresh_token(to_string(clients.front().client_id), now));
    fmt::print(
        stderr,
        "graph-sandbox: for trying and testing only; this is not Microsoft Graph and guards nothing\n");
    serve(model, certificate, options.port, [&](std::uint16_t port) {
        auto const url = fmt::format("https://localhost:{}", port);
        model.set_base_url(url);
        folder.announce(url, clients, for_a_person.client_id);
        fmt::print(stderr, "graph-sandbox: listening on {}\n", url);
    });
    folder.withdraw();
    fmt::print(stderr, "{}\n", model.stats_document());
}

int run_or_explain(server_options const& options) {
    try {
        run(options);
        return 0;
    } catch (bad_input const& problem) {
        fmt::print(stderr, "{}\n", problem.what());
        return exit_input;
    } catch (std::exception const& problem) {
        fmt::print(stderr, "graph-sandbox: {}\n", problem.what());
        return exit_machine;
    }
}

}  // namespace
}  // namespace poolwright::sandbox

int main(int argc, char** argv) {
    using namespace poolwright::sandbox;
    auto const parsed = parse_options(argc, argv);
    if (auto const* const instead = std::get_if<early_exit>(&parsed)) {
        fmt::print(instead->code == 0 ? stdout : stderr, "{}", instead->text);
        return instead->code;
    }
    return run_or_explain(std::get<server_options>(parsed));
}
