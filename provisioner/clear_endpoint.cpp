#include "provisioner/clear_endpoint.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

namespace poolwright::provisioner {
namespace {

namespace ip = boost::asio::ip;

bool is_near(ip::address const& where) {
    constexpr std::uint32_t link_local = 0xA9FE0000;  // 169.254.0.0/16
    if (where.is_v6()) return where.to_v6().is_loopback() || where.to_v6().is_link_local();
    return where.to_v4().is_loopback() || (where.to_v4().to_uint() & 0xFFFF0000U) == link_local;
}

}  // namespace

boost::system::result<clear_endpoint::place, std::string> clear_endpoint::parse(std::string_view text) {
    constexpr std::uint16_t http_port = 80;
    auto const parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed || parsed->scheme_id() != boost::urls::scheme::http || parsed->has_userinfo() ||
        parsed->has_query() || parsed->has_fragment()) {
        return std::string("must be a URL such as http://169.254.169.254/path");
    }
    std::string host = parsed->host_address();
    if (host == "localhost") host = "127.0.0.1";
    boost::system::error_code not_an_address;
    auto const address = ip::make_address(host, not_an_address);
    if (not_an_address || !is_near(address)) {
        return std::string(
            "must name an address of this computer or of its own link (127.0.0.1, "
            "169.254.x.x), since it is spoken to in clear");
    }
    bool const has_port = parsed->has_port() && !parsed->port().empty();
    auto const port = has_port ? parsed->port_number() : http_port;
    if (port == 0) return std::string("must name a port from 1 to 65535");
    return place{clear_endpoint({.host = address.to_string(), .port = port}),
                 std::string(parsed->encoded_path())};
}

}  // namespace poolwright::provisioner
