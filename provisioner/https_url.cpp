#include "provisioner/https_url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace poolwright::provisioner {

namespace {

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

// What is wrong apart from the host and the port; the user name is looked at first, because the later
// sentences repeat the URL.
std::optional<std::string> fault_of(boost::urls::url_view const& url, std::string_view text) {
    if (url.has_userinfo()) return "a URL must not carry a user name or password";
    if (url.scheme_id() != boost::urls::scheme::https)
        return fmt::format("`{}` does not begin with https://, and nothing is sent unencrypted", text);
    if (!url.has_authority() || url.encoded_host().empty()) return fmt::format("`{}` names no host", text);
    if (url.has_query()) return fmt::format("`{}` has a query (?...), which a base URL must not have", text);
    if (url.has_fragment())
        return fmt::format("`{}` has a fragment (#...), which a base URL must not have", text);
    return std::nullopt;
}

// The host as it is looked up and verified: lower case, an address without brackets. Empty if it is neither a
// name nor an address.
std::string host_of(boost::urls::url_view const& url) {
    if (url.host_type() == boost::urls::host_type::ipv6) return url.host_ipv6_address().to_string();
    if (url.host_type() == boost::urls::host_type::ipvfuture) return {};
    std::string host = url.host();
    std::transform(host.begin(), host.end(), host.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return std::all_of(host.begin(), host.end(), is_name_character) ? host : std::string();
}

}  // namespace

boost::system::result<parsed_url, std::string> parse_https_url(std::string_view text) {
    auto const parsed = boost::urls::parse_uri({text.data(), text.size()});
    // Not repeated: what cannot be taken apart may hide a password.
    if (!parsed) return std::string("not a URL such as https://graph.microsoft.com");
    boost::urls::url_view const& url = *parsed;
    if (auto fault = fault_of(url, text)) return std::move(*fault);

    parsed_url result;
    result.to.host = host_of(url);
    if (result.to.host.empty()) return fmt::format("`{}`: the host is neither a name nor an address", text);
    if (url.has_port() && !url.port().empty()) {
        // Boost.URL gives what is left of a larger number.
        std::string const digits = url.port();
        auto const [end, wrong] =
            std::from_chars(digits.data(), digits.data() + digits.size(), result.to.port);
        if (wrong != std::errc() || end != digits.data() + digits.size() || result.to.port == 0)
            return fmt::format("`{}`: the port must be 1 ... 65535", text);
    }
    result.path = std::string(url.encoded_path());
    // Boost.URL takes "host:4x" for a port and a path "x", which no request can have.
    if (!result.path.empty() && result.path.front() != '/')
        return fmt::format("`{}`: the port must be 1 ... 65535", text);
    while (result.path.ends_with('/')) result.path.pop_back();
    return result;
}

}  // namespace poolwright::provisioner
