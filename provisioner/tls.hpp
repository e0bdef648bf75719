#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>

#include <string>

// What the HTTPS transport asks of TLS: 1.2 or later, a chain that ends at a trusted authority, the right
// name.

namespace poolwright::provisioner {

// `ca_file`: PEM; empty: the system's trusted certificates. Throws std::runtime_error, naming the file, if it
// cannot be read.
boost::asio::ssl::context make_tls_context(std::string const& ca_file);

// Before the handshake: names the host to the server and accepts only a certificate of that name or address.
void expect_host(SSL* connection, std::string const& host);

struct tls_refusal {
    std::string reason;
    bool untrusted = false;  // it is the certificate
};

// Why a handshake failed, in words for people.
tls_refusal explain_handshake(SSL const* connection, boost::system::error_code error);

}  // namespace poolwright::provisioner
