#include "provisioner/http_wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

namespace poolwright::provisioner {

namespace {

bool is_visible(char c) noexcept {
    return c > ' ' && c <= '~';
}

bool is_visible_text(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), is_visible);
}

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A token of RFC 9110, 5.6.2.
bool is_header_name(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool is_host(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-' || c == '_' || c == ':';
    });
}

// A second one of these would let a proxy and the server disagree about where the request ends or whom it is
// for.
bool is_written_here(std::string_view name) noexcept {
    static constexpr std::array<std::string_view, 8> names{
        "Host",       "Content-Length",    "Content-Type", "Authorization",
        "User-Agent", "Transfer-Encoding", "Connection",   "Accept-Encoding"};
    return std::any_of(names.begin(), names.end(),
                       [name](std::string_view ours) { return same_header(ours, name); });
}

void check_headers(header_list const& headers) {
    for (auto const& [name, value] : headers) {
        if (!is_header_name(name)) throw std::invalid_argument("the name of a request header is not a token");
        if (!is_header_value(value))
            throw std::invalid_argument("the request header " + name + " has a line break or NUL in it");
        if (is_written_here(name))
            throw std::invalid_argument("the request header " + name + " is written by the transport");
    }
}

// A server may refuse (411) a request of these methods that says nothing about its length.
bool announces_length(http_request const& request) noexcept {
    return !request.content_type.empty() ||
           (request.method != http_method::get && request.method != http_method::delete_);
}

std::size_t size_of(http_request const& request, std::string_view user_agent) noexcept {
    constexpr std::size_t fixed_words = 256;
    std::size_t size = fixed_words + request.target.size() + request.to.host.size() + user_agent.size() +
                       request.content_type.size() + request.body.size();
    if (request.bearer) size += request.bearer->size();
    if (request.credential) size += request.credential->size();
    for (auto const& [name, value] : request.headers) size += name.size() + value.size() + 4;
    return size;
}

void add_header(wiped_string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void add_length(wiped_string& out, std::size_t length) {
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), length).ptr;
    add_header(out, "Content-Length", {digits.data(), static_cast<std::size_t>(end - digits.data())});
}

bool has_header(header_list const& headers, std::string_view name) noexcept {
    return std::any_of(headers.begin(), headers.end(),
                       [name](auto const& each) { return same_header(each.first, name); });
}

// A platform is asked for a token and given nothing but the key that it gave us.
void check_in_clear(http_request const& request) {
    bool const confidential =
        request.bearer || request.grant || (request.credential && request.credential_header.empty());
    if (confidential || !request.body.empty())
        throw std::invalid_argument("a request in clear carries something in confidence");
    if (request.to != request.in_clear->at())
        throw std::invalid_argument("a request in clear goes elsewhere than it may");
}

}  // namespace

bool is_header_value(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void check(http_request const& request) {
    if (!is_host(request.to.host))
        throw std::invalid_argument("the host of a request is neither a name nor an address");
    if (!request.target.starts_with('/') || !is_visible_text(request.target))
        throw std::invalid_argument(
            "the target of a request does not begin with / or is not percent-encoded");
    if (request.bearer && !is_visible_text(request.bearer->reveal()))
        throw std::invalid_argument("the bearer token of a request has a space or control character in it");
    if (request.in_clear) check_in_clear(request);
    if (!request.credential_header.empty() && !is_visible_text(request.credential->reveal()))
        throw std::invalid_argument("the credential of a request has a space or control character in it");
    if (!is_header_value(request.content_type))
        throw std::invalid_argument("the content type of a request has a line break or NUL in it");
    if (request.content_type.empty() && !request.body.empty())
        throw std::invalid_argument("a request has a body but no content type");
    check_headers(request.headers);
}

void write_request(wiped_string& out, http_request const& request, std::string_view user_agent) {
    out.clear();
    out.reserve(size_of(request, user_agent));
    out.append(to_string(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    add_header(out, "Host", request.to.authority());
    add_header(out, "User-Agent", user_agent);
    if (!has_header(request.headers, "Accept")) add_header(out, "Accept", "application/json");
    if (request.bearer) out.append("Authorization: Bearer ").append(request.bearer->reveal()).append("\r\n");
    if (!request.credential_header.empty())
        add_header(out, request.credential_header, request.credential->reveal());
    for (auto const& [name, value] : request.headers) add_header(out, name, value);
    if (!request.content_type.empty()) add_header(out, "Content-Type", request.content_type);
    if (announces_length(request)) add_length(out, request.body.size());
    out.append("\r\n").append(request.body.reveal());
}

}  // namespace poolwright::provisioner
