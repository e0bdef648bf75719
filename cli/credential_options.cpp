#include "cli/credential_options.hpp"

#include "cli/failure.hpp"
#include "cli/option_checks.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

#include <charconv>

namespace poolwright::cli {
namespace {

constexpr int longest_lifetime = 36'500;  // days

std::optional<int> days_in(std::string_view text) {
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const is_number = error == std::errc() && end == text.data() + text.size();
    return is_number && value >= 1 && value <= longest_lifetime ? std::optional(value) : std::nullopt;
}

std::string fault_of_lifetime(std::string const& text) {
    if (text == "max" || days_in(text)) return {};
    return fmt::format("{} is neither `max` nor a whole number from 1 to {}", planner::shown(text),
                       planner::grouped(longest_lifetime));
}

}  // namespace

void add_lifetime_option(CLI::App& command, std::string& lifetime, std::string const& group) {
    command
        .add_option("--lifetime", lifetime,
                    "How long a credential lives; max: as long as each tenant's policy allows, at most 730")
        ->type_name("DAYS|max")
        ->group(group)
        ->capture_default_str()
        ->check(checked_by(fault_of_lifetime, {"max"}));
}

std::optional<std::chrono::days> lifetime_of(std::string_view text) {
    if (text == "max") return std::nullopt;
    auto const value = days_in(text);
    if (!value) throw failure(wrong_usage, "--lifetime: " + fault_of_lifetime(std::string(text)));
    return std::chrono::days(*value);
}

void add_credential_option(CLI::App& command, std::string& credential, std::string const& group) {
    command
        .add_option(
            "--credential", credential,
            "How apps show who they are: secret, certificate, or auto: a certificate where the tenant "
            "forbids secrets")
        ->type_name("KIND")
        ->group(group)
        ->capture_default_str()
        ->check(one_of_words({"secret", "certificate", "auto"}));
}

provisioner::credential_kind credential_of(std::string_view word) noexcept {
    if (word == "certificate") return provisioner::credential_kind::certificate;
    return word == "auto" ? provisioner::credential_kind::automatic : provisioner::credential_kind::secret;
}

}  // namespace poolwright::cli
