#include "cli/dashboard_gate.hpp"

#include "cli/dashboard_address.hpp"

#include <sodium.h>

#include <array>

namespace poolwright::cli {
namespace {

std::string unpredictable_word() {
    std::array<unsigned char, 16> bits{};
    randombytes_buf(bits.data(), bits.size());
    std::array<char, sodium_base64_ENCODED_LEN(bits.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
    sodium_bin2base64(text.data(), text.size(), bits.data(), bits.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return text.data();
}

// In a time that says nothing of where they differ.
bool is_same(std::string_view one, std::string_view other) noexcept {
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

// A name that resolves to this machine may be anybody's (DNS rebinding), so only its own names will do. Any
// port: it may have been forwarded from elsewhere.
bool is_own_name(std::string_view host) noexcept {
    auto const colon = host.rfind(':');
    bool const has_port = colon != std::string_view::npos && !host.ends_with(']');
    if (has_port && !read_port(host.substr(colon + 1))) return false;
    auto const name = has_port ? host.substr(0, colon) : host;
    if (name == "localhost" || name == "[::1]") return true;
    return name.starts_with("127.") && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool comes_from_own_page(page_request const& asked) {
    if (!asked.origin.empty() && asked.origin != "http://" + std::string(asked.host)) return false;
    return asked.fetch_site.empty() || asked.fetch_site == "same-origin" || asked.fetch_site == "none";
}

}  // namespace

dashboard_gate::dashboard_gate() : token_(unpredictable_word()), session_(unpredictable_word()) {}

bool dashboard_gate::take_token(std::string_view authorization) {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme) || !is_same(authorization.substr(scheme.size()), token_))
        return false;
    token_ = unpredictable_word();
    return true;
}

page_answer dashboard_gate::judge(page_request const& asked) {
    if (!is_own_name(asked.host)) return page_answer::wrong_host;
    if (asked.method != "GET") return page_answer::wrong_method;
    auto const question = asked.target.find('?');
    auto const path = asked.target.substr(0, question);
    if (path == "/") return page_answer::page;
    if (path == "/favicon.ico") return page_answer::nothing;
    if (path != "/session" && path != "/events" && path != "/metrics") return page_answer::unknown;
    if (!comes_from_own_page(asked)) return page_answer::wrong_origin;
    if (path == "/metrics") return page_answer::metrics;
    if (path == "/session")
        return take_token(asked.authorization) ? page_answer::session : page_answer::wrong_token;
    auto const query =
        question == std::string_view::npos ? std::string_view() : asked.target.substr(question + 1);
    return is_same(query, "session=" + session_) ? page_answer::events : page_answer::wrong_token;
}

}  // namespace poolwright::cli
