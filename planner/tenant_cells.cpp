#include "planner/tenant_cells.hpp"

#include "planner/sizing_rule.hpp"
#include "planner/wording.hpp"
#include "planner/workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace poolwright::planner {

namespace {

constexpr std::array<std::string_view, 4> clouds{"global", "usgov", "dod", "china"};
constexpr std::size_t longest_name = 256;
constexpr std::size_t longest_redirect_uri = 256;
constexpr std::size_t longest_pool = 40;

bool is_label(std::string_view label) noexcept {
    auto const fine = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), fine);
}

bool is_domain(std::string_view text) noexcept {
    if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find('.', begin), text.size());
        if (!is_label(text.substr(begin, end - begin))) return false;
        begin = end + 1;
    }
    return true;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

cell_fault check_listed(std::string_view what, std::string_view text,
                        std::span<std::string_view const> names) {
    if (std::find(names.begin(), names.end(), text) != names.end()) return std::nullopt;
    auto const near = nearest(text, names);
    if (near.empty()) return fmt::format("{} must be {}: {}", what, one_of(names), shown(text));
    return fmt::format("there is no {} {}, did you mean `{}`?", what, shown(text), near);
}

// What kind of text stands where a whole number must.
std::string_view number_fault(std::string_view text) noexcept {
    auto const only = [&](std::string_view more) {
        return std::all_of(text.begin(), text.end(),
                           [&](char c) { return is_digit(c) || more.find(c) != std::string_view::npos; });
    };
    if (text.front() == '-') return "cannot be negative";
    if (text.front() == '+') return "must be written without a sign";
    // Three digits after each separator: more likely 1,000 than a fraction of a mailbox.
    auto const separator = text.find_last_of(".,'");
    bool const thousands = separator != std::string_view::npos && text.size() - separator == 4;
    if (thousands && only(".,'")) return "must be written without thousands separators";
    if (only(" _")) return "must be written without thousands separators";
    if (only(".,")) return "must be a whole number, without decimals";
    return "must be a whole number";
}

// The part of a URI between "scheme://" and the path.
std::string_view authority_of(std::string_view uri) noexcept {
    auto const rest = uri.substr(uri.find("://") + 3);
    return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_host(std::string_view authority) noexcept {
    auto const colon = authority.find(':');
    auto const host = authority.substr(0, colon);
    auto const fine = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; };
    if (host.empty() || !std::all_of(host.begin(), host.end(), fine)) return false;
    if (colon == std::string_view::npos) return true;
    auto const port = authority.substr(colon + 1);
    return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
}

bool starts_with_in_any_case(std::string_view text, std::string_view start) noexcept {
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(), [](char a, char b) { return a == lower(b); });
}

}  // namespace

cell_fault check_tenant_id(std::string_view text) {
    if (is_guid(text) || is_domain(text)) return std::nullopt;
    if (!is_ascii(text)) {
        return fmt::format(
            "tenant_id must be in ASCII, write an internationalised domain name as punycode (xn--…): {}",
            shown(text));
    }
    return fmt::format("tenant_id is neither a directory id (a GUID) nor a domain name: {}", shown(text));
}

boost::system::result<std::int64_t, std::string> read_mailboxes(std::string_view text) {
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) {
        return fmt::format("mailboxes {}: {}", text.empty() ? "must be a whole number" : number_fault(text),
                           shown(text));
    }
    std::int64_t number = 0;
    for (char const c : text) {
        number = number * 10 + (c - '0');
        if (number > most_mailboxes) {
            return fmt::format("mailboxes is larger than {}: {}", grouped(most_mailboxes), shown(text));
        }
    }
    return number;
}

cell_fault check_name(std::string_view text) {
    if (text.size() > longest_name)
        return fmt::format("name is longer than {} bytes: {}", longest_name, shown(text));
    auto const control = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r') || c == 0x7f;
    };
    if (std::none_of(text.begin(), text.end(), control)) return std::nullopt;
    return fmt::format("name holds a control character: {}", shown(text));
}

cell_fault check_workload(std::string_view text) {
    return check_listed("workload", text, workloads);
}

cell_fault check_rule(std::string_view text) {
    return check_listed("rule", text, built_in_rule_names());
}

cell_fault check_redirect_uri(std::string_view text) {
    if (text.size() > longest_redirect_uri) {
        return fmt::format("redirect_uri is longer than {} characters: {}", longest_redirect_uri,
                           shown(text));
    }
    if (auto const at = text.find_first_of("!$',;"); at != std::string_view::npos) {
        return fmt::format("redirect_uri must not hold {}: {}", shown(text.substr(at, 1)), shown(text));
    }
    bool const printable = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    bool const secure = starts_with_in_any_case(text, "https://");
    bool const plain = starts_with_in_any_case(text, "http://");
    if (!printable || (!secure && !plain) || !is_host(authority_of(text))) {
        return fmt::format("redirect_uri is not an https address: {}", shown(text));
    }
    auto const authority = authority_of(text);
    if (plain && authority.substr(0, authority.find(':')) != "localhost") {
        return fmt::format("redirect_uri must begin with https://, http:// is for localhost only: {}",
                           shown(text));
    }
    return std::nullopt;
}

cell_fault check_cloud(std::string_view text) {
    return check_listed("cloud", text, clouds);
}

cell_fault check_pool(std::string_view text) {
    auto const fine = [](char c) { return is_letter(c) || is_digit(c) || c == '-'; };
    if (!text.empty() && text.size() <= longest_pool && std::all_of(text.begin(), text.end(), fine))
        return std::nullopt;
    return fmt::format("the name of a pool must be 1 to {} letters, digits and `-`: {}", longest_pool,
                       shown(text));
}

}  // namespace poolwright::planner
