#include "cli/export_command.hpp"

#include "cli/diagnostics.hpp"
#include "cli/export_certificates.hpp"
#include "cli/export_format.hpp"
#include "cli/failure.hpp"
#include "cli/ledger_access.hpp"
#include "cli/passphrase.hpp"
#include "cli/pretty_json.hpp"
#include "cli/provision_keys.hpp"
#include "cli/provision_words.hpp"
#include "cli/replaced_file.hpp"
#include "cli/secret_file.hpp"
#include "cli/terminal.hpp"
#include "planner/wording.hpp"
#include "provisioner/key_files.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>

namespace poolwright::cli {

namespace {

constexpr mode_t mode_of_exports = 0600;

export_writer writer_for(std::string_view format) {
    if (format == "json") return write_export_json;
    if (format == "commvault") return write_export_commvault;
    if (format == "ews-allow-list") return write_ews_allow_list;
    return write_export_csv;
}

bool has_key_values(export_options const& options) {
    return !options.no_key_values && options.format != "ews-allow-list";
}

// Those whose secret the export shows.
std::int64_t count_secrets(export_options const& options, std::span<export_pool const> pools) {
    if (!has_key_values(options)) return 0;
    std::size_t count = 0;
    for (auto const& pool : pools) count += pool.apps.size();
    return static_cast<std::int64_t>(count - count_certified(pools));
}

std::int64_t count_apps(std::span<export_pool const> pools) {
    std::size_t count = 0;
    for (auto const& pool : pools) count += pool.apps.size();
    return static_cast<std::int64_t>(count);
}

// The file's key is the ledger's, which is known without its passphrase.
void check_key(std::filesystem::path const& file, std::string const& bound_to) {
    auto const facts = provisioner::look_at_private_key(file);
    if (!facts) throw failure(broken, facts.error(), "--no-key-values exports everything else without a key");
    auto const fingerprint = facts->public_half.fingerprint();
    if (fingerprint == bound_to) return;
    throw failure(broken,
                  fmt::format("{} is not the key of this ledger: its fingerprint is {}, the ledger's is {}",
                              file.string(), fingerprint, bound_to.empty() ? "not set yet" : bound_to),
                  hint_of_other_key({.public_file = {}, .private_file = file}, bound_to));
}

provisioner::private_key read_key(export_options const& options, common_options const& common,
                                  provisioner::ledger_reader const& ledger) {
    auto const file = private_key_path(options.key_file);
    check_key(file, ledger.key_fingerprint());
    auto key = provisioner::read_private_key(file, passphrase_from(options.key_passphrase_file, common));
    if (!key) throw failure(broken, key.error(), "--no-key-values exports everything else without a key");
    return *std::move(key);
}

provisioner::secret open_secret(provisioner::private_key const& key, export_pool const& pool,
                                export_app const& app) {
    auto value = key.open(app.sealed);
    if (value) return *std::move(value);
    throw failure(broken,
                  fmt::format("the secret of app {} of pool {} in {} cannot be opened", app.ordinal,
                              pool.pool.pool, to_string(pool.pool.directory_id)),
                  "the ledger is damaged: restore it from its backup; or remove the credential named "
                  "poolwright from the app in the portal, and `poolwright provision --verify` makes "
                  "another");
}

std::optional<provisioner::secret> read_password(export_options const& options,
                                                 common_options const& common) {
    if (options.pfx_password_file.empty()) return std::nullopt;
    std::string warning;
    try {
        auto password = read_secret_file(options.pfx_password_file, warning, "password");
        if (!warning.empty()) say_warning(warning, common);
        return password;
    } catch (bad_secret_file const& why) {
        throw failure(bad_input, fmt::format("--pfx-password-file {}: {}",
                                             planner::shown(options.pfx_password_file), why.what()));
    }
}

// Backup products that take secrets only must not be given less than there is without a word.
void check_credentials(export_options const& options, std::span<export_pool const> pools) {
    auto const certified = static_cast<std::int64_t>(count_certified(pools));
    if (certified == 0) return;
    if (options.format == "commvault") {
        throw failure(bad_input,
                      fmt::format("{} to be exported {} a certificate, and the format commvault takes "
                                  "secrets only",
                                  counted(certified, "app"), certified == 1 ? "has" : "have"),
                      "export them with --format csv --certificates DIR; name the tenants that have secrets "
                      "with --tenant");
    }
}

void warn_of_certificates(export_options const& options, common_options const& common,
                          std::span<export_pool const> pools) {
    auto const certified = static_cast<std::int64_t>(count_certified(pools));
    if (certified == 0 || !options.certificates.empty() || !has_key_values(options)) return;
    say_warning(fmt::format("{} {} a certificate in the place of a secret, and the export holds no key "
                            "value for {}: --certificates DIR writes the files",
                            counted(certified, "app"), certified == 1 ? "has" : "have",
                            certified == 1 ? "it" : "them"),
                common);
}

// Writes the certificates, where they are wanted, and gives what opens the secrets.
key_opener open_credentials(export_options const& options, common_options const& common,
                            provisioner::ledger_reader const& ledger, std::span<export_pool> pools) {
    bool const writes = !options.certificates.empty() && count_certified(pools) > 0;
    if (!writes && count_secrets(options, pools) == 0) return {};
    auto const key = std::make_shared<provisioner::private_key>(read_key(options, common, ledger));
    if (writes) {
        auto const count =
            write_certificates(pools, *key, options.certificates, read_password(options, common));
        say_note(fmt::format("{} certificate{} {} in {}, with {} private key{}: keep the folder safe",
                             planner::grouped(static_cast<std::int64_t>(count)), count == 1 ? "" : "s",
                             count == 1 ? "is" : "are", options.certificates, count == 1 ? "its" : "their",
                             count == 1 ? "" : "s"),
                 common);
    }
    return [key](export_pool const& pool, export_app const& app) { return open_secret(*key, pool, app); };
}

// Secrets on a screen may be seen and stay in its memory. False: the person declined.
bool may_show(std::int64_t secrets, common_options const& common) {
    if (common.no_input || !is_terminal(STDIN_FILENO)) {
        throw failure(wrong_usage, "this would show secrets on the terminal",
                      "write a file: --to FILE, leave them out: --no-key-values, or say --yes");
    }
    std::cerr << fmt::format("Show {} secret{} on this terminal? [y/N] ", planner::grouped(secrets),
                             secrets == 1 ? "" : "s");
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

// What one export consists of, apart from where it goes.
struct export_job {
    export_options const& options;
    common_options const& common;
    export_rows rows;
    key_opener open;

    [[nodiscard]] bool must_ask(bool on_terminal) const {
        return on_terminal && !options.yes && count_secrets(options, rows.pools) > 0;
    }
    [[nodiscard]] bool declined(bool on_terminal) const {
        return must_ask(on_terminal) && !may_show(count_secrets(options, rows.pools), common);
    }
    void write(std::ostream& out) const { writer_for(options.format)(rows.pools, open, out); }
};

// A pool may grow while somebody exports, or be in the middle of a run.
void warn_of_what_is_left_out(export_rows const& rows, common_options const& common) {
    if (rows.not_ready == 0) return;
    say_warning(
        fmt::format("the export lacks {} of {}, not ready yet: run `poolwright provision` with the same "
                    "plan, then export again",
                    planner::grouped(rows.not_ready), counted(rows.planned, "app")),
        common);
}

// A file that may hold an earlier export is not replaced by nothing; who reads a pipe gets the empty
// document.
void say_empty(export_options const& options, common_options const& common, bool has_ledger) {
    auto const why = has_ledger ? std::string("no app is ready yet") : words_for_no_ledger(common);
    if (options.to == "-") {
        say_note(why + ": the export is empty", common);
        return;
    }
    auto const what = fmt::format("{}, so nothing is written to {}", why, planner::shown(options.to));
    if (has_ledger) throw failure(incomplete, what, "`poolwright status` says what the apps wait for");
    throw failure(bad_input, what, "name the ledger with --state, or make one with `poolwright provision`");
}

// What was written where, for a person or, with -o json, for a script.
void report(export_job const& job, std::ostream& out) {
    auto const apps = count_apps(job.rows.pools);
    if (job.common.output == "json") {
        print_json(boost::json::object{{"schema", "poolwright.export/1"},
                                       {"file", job.options.to},
                                       {"format", job.options.format},
                                       {"apps", apps},
                                       {"not_ready", job.rows.not_ready},
                                       {"key_values", has_key_values(job.options)}},
                   out);
        return;
    }
    bool const is_one = apps == 1;
    auto text = fmt::format("{} {} in {}", counted(apps, "app"), is_one ? "is" : "are", job.options.to);
    if (count_secrets(job.options, job.rows.pools) > 0)
        text += is_one ? ", with its secret: keep it safe" : ", with their secrets: keep it safe";
    say_note(text, job.common);
}

exit_code write_file(export_job const& job, std::ostream& out) {
    replaced_file file(job.options.to, mode_of_exports);
    if (job.declined(file.is_terminal())) return incomplete;
    job.write(file.stream());
    file.commit();
    report(job, out);
    return done;
}

}  // namespace

exit_code run_export(export_options const& options, common_options const& common, std::ostream& out) {
    auto const ledger = open_ledger_if_any(common);
    export_job job{options, common, {}, {}};
    if (ledger) job.rows = read_export(*ledger, options.choice);
    if (job.rows.pools.empty()) {
        say_empty(options, common, ledger != nullptr);
    } else {
        check_credentials(options, job.rows.pools);
        add_certificates(job.rows.pools, *ledger);
        warn_of_certificates(options, common, job.rows.pools);
        warn_of_what_is_left_out(job.rows, common);
        job.open = open_credentials(options, common, *ledger, job.rows.pools);
    }
    if (options.to != "-") return write_file(job, out);
    if (job.declined(is_terminal(STDOUT_FILENO))) return incomplete;
    job.write(out);
    return done;
}

}  // namespace poolwright::cli
