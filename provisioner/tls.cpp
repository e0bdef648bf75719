#include "provisioner/tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <fstream>
#include <new>
#include <stdexcept>
#include <system_error>

namespace poolwright::provisioner {

namespace {

namespace asio = boost::asio;

void trust(asio::ssl::context& tls, std::string const& ca_file) {
    boost::system::error_code failed;
    if (ca_file.empty()) {
        tls.set_default_verify_paths(failed);
        if (failed) throw std::runtime_error("cannot read the system's trusted certificates");
        return;
    }
    if (!std::ifstream(ca_file)) {
        auto const why = std::generic_category().message(errno);
        throw std::runtime_error(fmt::format("cannot read the CA file {}: {}", ca_file, why));
    }
    tls.load_verify_file(ca_file, failed);
    if (failed) throw std::runtime_error(fmt::format("the CA file {} holds no certificate in PEM", ca_file));
}

std::string why_not_trusted(long verdict) {
    switch (verdict) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "the server's certificate is self-signed and not trusted here (name a private one with "
                   "--ca-file)";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "the server's certificate comes from an authority that is not trusted here (name a "
                   "private one with --ca-file)";
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "the server's certificate has expired, or the clock of this machine is wrong";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "the server's certificate is not valid yet, or the clock of this machine is wrong";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return "the server's certificate is for another name: it is not the server that was asked for";
        default:
            return fmt::format("the server's certificate is not accepted: {}",
                               X509_verify_cert_error_string(verdict));
    }
}

std::string why_not_agreed(boost::system::error_code error) {
    auto const code = static_cast<unsigned long>(error.value());
    switch (ERR_GET_REASON(code)) {
        case SSL_R_UNSUPPORTED_PROTOCOL:
        case SSL_R_VERSION_TOO_LOW:
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            return "the server offers only versions of TLS older than 1.2";
        case SSL_R_WRONG_VERSION_NUMBER:
            return "the server does not speak TLS on this port";
        case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
            return "the server refused the handshake: no common cipher or parameters";
        case SSL_R_TLSV1_UNRECOGNIZED_NAME:
            return "the server does not know this host name";
        default:
            break;
    }
    char const* const reason = ERR_reason_error_string(code);
    return reason != nullptr ? fmt::format("the handshake failed: {}", reason) : "the handshake failed";
}

}  // namespace

asio::ssl::context make_tls_context(std::string const& ca_file) {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    if (SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION) != 1)
        throw std::runtime_error("cannot ask for TLS 1.2");
    // Replies carry secrets: OpenSSL forgets what it has decrypted once it is handed on.
    SSL_CTX_set_options(tls.native_handle(), SSL_OP_CLEANSE_PLAINTEXT | SSL_OP_NO_RENEGOTIATION);
    tls.set_verify_mode(asio::ssl::verify_peer);
    trust(tls, ca_file);
    return tls;
}

void expect_host(SSL* connection, std::string const& host) {
    boost::system::error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    X509_VERIFY_PARAM* const expected = SSL_get0_param(connection);
    if (!not_an_address) {
        if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1) throw std::bad_alloc();
        return;
    }
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) != 1) throw std::bad_alloc();
    // Names only: an address as server name is against RFC 6066.
    if (SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                 const_cast<char*>(host.c_str())) != 1)
        throw std::runtime_error(fmt::format("the host name {} is too long", host));
}

tls_refusal explain_handshake(SSL const* connection, boost::system::error_code error) {
    if (long const verdict = SSL_get_verify_result(connection); verdict != X509_V_OK)
        return {why_not_trusted(verdict), true};
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated)
        return {"the server closed the connection during the handshake", false};
    if (error.category() == asio::error::get_ssl_category()) return {why_not_agreed(error), false};
    return {error.message(), false};
}

}  // namespace poolwright::provisioner
