#include "examples/sandbox/options.hpp"

#include <CLI/CLI.hpp>

namespace poolwright::sandbox {
namespace {

constexpr int exit_usage = 64;
constexpr std::int64_t longest_milliseconds = 24LL * 3600 * 1000;

constexpr std::string_view description =
    "A Microsoft Graph to run on this machine, with the authority that issues its tokens. For trying and "
    "testing only.\n\n"
    "  graph-sandbox --port 8443 --dir /tmp/sandbox\n"
    "  graph-sandbox --port 0 --dir /tmp/sandbox --latency 80 --replication-lag 5000 --secret-lag 8000\n";

struct milliseconds_options {
    std::int64_t latency = 0;
    std::int64_t replication_lag = 0;
    std::int64_t secret_lag = 0;
};

void add_file(CLI::App& app, std::string const& name, std::optional<std::filesystem::path>& into,
              std::string const& help) {
    app.add_option_function<std::string>(
           name, [&into](std::string const& path) { into = path; }, help)
        ->type_name("FILE");
}

void add_milliseconds(CLI::App& app, std::string const& name, std::int64_t& into, std::string const& help) {
    app.add_option(name, into, help)
        ->type_name("MS")
        ->check(CLI::Range(std::int64_t{0}, longest_milliseconds));
}

void declare(CLI::App& app, server_options& options, milliseconds_options& times) {
    app.add_option_function<int>(
           "--port", [&](int port) { options.port = static_cast<std::uint16_t>(port); },
           "port on 127.0.0.1; 0 picks a free one")
        ->required()
        ->type_name("N")
        ->check(CLI::Range(0, 65535));
    app.add_option_function<std::string>(
           "--dir", [&](std::string const& path) { options.folder = path; },
           "folder for ca.pem, client-secret, client-certificate.pem, federated_token, refresh_token and, "
           "once it "
           "listens, ready.json, which names them")
        ->required()
        ->type_name("DIR");
    add_file(app, "--state", options.state, "keep the directory in this file across restarts");
    add_file(app, "--limits", options.limits,
             "quotas, schema poolwright.limits/1; default: the published ones");
    add_file(app, "--faults", options.faults,
             "planted faults and broken tenants, schema poolwright.faults/1");
    add_milliseconds(app, "--latency", times.latency, "how long every request takes");
    add_milliseconds(app, "--replication-lag", times.replication_lag,
                     "how long a new object typically stays unseen; each draws 0.5 to 1.5 times as long");
    add_milliseconds(app, "--secret-lag", times.secret_lag,
                     "how long the token endpoint typically refuses a new secret or certificate");
    app.add_option("--identities", options.identities,
                   "how many applications may provision (1); ready.json lists them all")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    app.add_option_function<std::string>(
           "--cloud", [&](std::string const& name) { options.cloud = find_cloud(name).value(); },
           "answer as that national cloud (global)")
        ->type_name("global|usgov|dod|china")
        ->check(CLI::IsMember({"global", "usgov", "dod", "china"}));
    app.add_option_function<std::int64_t>(
           "--device-interval",
           [&](std::int64_t seconds) { options.device_interval = std::chrono::seconds(seconds); },
           "how long a program waits between two questions for a person's sign-in (5)")
        ->type_name("SECONDS")
        ->check(CLI::Range(0, 900));
    app.add_option("--seed", options.seed, "seed of all random numbers (1)")->type_name("N");
}

}  // namespace

std::variant<server_options, early_exit> parse_options(int argc, char const* const* argv) {
    CLI::App app(std::string(description), "graph-sandbox");
    server_options options;
    milliseconds_options times;
    declare(app, options, times);
    try {
        app.parse(argc, argv);
    } catch (CLI::CallForHelp const&) {
        return early_exit{0, app.help()};
    } catch (CLI::ParseError const& problem) {
        return early_exit{exit_usage,
                          std::string("graph-sandbox: ") + problem.what() + "; see graph-sandbox --help\n"};
    }
    options.latency = std::chrono::milliseconds(times.latency);
    options.replication_lag = std::chrono::milliseconds(times.replication_lag);
    options.secret_lag = std::chrono::milliseconds(times.secret_lag);
    return options;
}

}  // namespace poolwright::sandbox
