#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Who may see what of the dashboard. The page itself holds nothing of the run. What fills it is given for a
// session, and a session for the token that stands in the address which the terminal shows: it opens one
// window, and the next window needs the next token. Only decisions; the server in dashboard.cpp acts on them.

namespace poolwright::cli {

// What a request says of itself; a header that is not there is empty.
struct page_request {
    std::string_view method;
    std::string_view target;  // "/events?session=…"
    std::string_view host;
    std::string_view origin;
    std::string_view fetch_site;     // Sec-Fetch-Site
    std::string_view authorization;  // "Bearer …"
};

enum class page_answer : std::uint8_t {
    page,
    session,  // the token was right, and is used up
    events,
    metrics,
    nothing,  // what every browser asks for and no page needs
    wrong_method,
    unknown,
    wrong_host,    // the name that was asked for is not this machine's: somebody else's page may be behind it
    wrong_origin,  // another page asks
    wrong_token,   // none, a used one, or one that never was
};

class dashboard_gate {
public:
    // Makes token and session anew, each 128 unpredictable bits.
    dashboard_gate();

    // The token that opens the next window.
    [[nodiscard]] std::string const& token() const noexcept { return token_; }
    // What the holder of a token is given.
    [[nodiscard]] std::string const& session() const noexcept { return session_; }

    page_answer judge(page_request const& asked);

private:
    bool take_token(std::string_view authorization);

    std::string token_;
    std::string session_;
};

}  // namespace poolwright::cli
