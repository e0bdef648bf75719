#include "provisioner/ledger.hpp"

#include <boost/url/pct_string_view.hpp>
#include <fmt/format.h>

#include <utility>

namespace poolwright::provisioner {
namespace {

using parsed = boost::system::result<ledger_location, std::string>;

constexpr std::string_view file_scheme = "sqlite://";
constexpr std::string_view memory_scheme = "sqlite::memory:";

parsed refused(std::string_view given, std::string_view why) {
    return {boost::system::in_place_error,
            fmt::format("--state {} {}: write it as sqlite:///absolute/path/fleet.db", given, why)};
}

parsed parse_file(std::string_view url) {
    auto const path = url.substr(file_scheme.size());
    if (!path.starts_with('/')) return refused(url, "is not an absolute path");
    if (path.ends_with('/')) return refused(url, "is a folder, not a file");
    if (path.find_first_of("?#") != std::string_view::npos) {
        return refused(url, "has a ? or #, which in a file name is written %3F or %23");
    }
    auto const encoded = boost::urls::make_pct_string_view(path);
    if (!encoded)
        return refused(url, "has a % that is not part of an escape, which in a file name is written %25");
    auto file = encoded->decode();
    if (file.find('\0') != std::string::npos) return refused(url, "has a zero byte");
    return ledger_location{std::move(file), {}};
}

}  // namespace

boost::system::result<ledger_location, std::string> parse_ledger_url(std::string_view url) {
    if (url.starts_with(file_scheme)) return parse_file(url);
    if (url.starts_with(memory_scheme) && url.size() > memory_scheme.size()) {
        return ledger_location{{}, std::string(url.substr(memory_scheme.size()))};
    }
    // Only its scheme is shown: the address of a database may hold a password.
    auto const scheme = url.substr(0, url.find("://"));
    if (scheme.size() < url.size())
        return refused(fmt::format("{}://…", scheme), "is not a kind of ledger known here");
    return refused(url, "is not the address of a ledger");
}

}  // namespace poolwright::provisioner
