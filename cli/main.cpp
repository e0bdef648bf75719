#include "cli/command_line.hpp"
#include "cli/diagnostics.hpp"
#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/provision_output.hpp"
#include "cli/secrets_guard.hpp"
#include "cli/terminal.hpp"
#include "provisioner/ledger.hpp"

#include <sodium.h>

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

// The one place where every failure becomes a line on standard error and an exit code.

namespace {

using namespace poolwright;

int end_with(cli::failure const& what, cli::common_options const& common) {
    cli::say(what, common);
    return what.code();
}

int run(int count, char const* const* words, cli::common_options& common) try {
    if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
    return cli::run_command_line(std::vector<std::string>(words, words + count), common);
} catch (cli::failure const& what) {
    return end_with(what, common);
} catch (provisioner::ledger_error const& error) {
    return end_with({cli::broken, error.what()}, common);
} catch (cli::closed_pipe const&) {
    return cli::done;
} catch (std::bad_alloc const&) {
    return end_with({cli::broken, "there is not enough memory"}, common);
} catch (std::exception const& error) {
    return end_with({cli::broken, std::string("this is a bug or a broken machine: ") + error.what()}, common);
}

}  // namespace

int main(int count, char** words) {
    cli::secrets_guard const guard;
    cli::occupy_standard_descriptors();
    cli::outlive_failed_writes();
    cli::common_options common;
    return run(count, words, common);
}
