#pragma once

#include "examples/sandbox/guid.hpp"
#include "examples/sandbox/message.hpp"
#include "examples/sandbox/signer.hpp"

#include <boost/system/result.hpp>

// Access tokens: JWTs with the claims of an app-only token, signed with a key that only this sandbox knows
// (HS256). Issued by the token endpoint, checked for every request to Graph.

namespace poolwright::sandbox {

struct token_claims {
    guid tenant;     // tid
    guid client;     // appid
    guid principal;  // oid and sub
    std::string audience;
    std::string client_name;
    std::vector<std::string> roles;  // left out of the token if empty
    bool by_assertion = false;       // appidacr: 2 if the client signed something, 1 if it named its secret
    std::vector<std::string> scopes =
        {};  // scp, of a person for whom the client acts; none: it acts for itself
};

inline constexpr std::chrono::seconds token_lifetime{3599};

enum class token_problem : std::uint8_t { malformed, bad_signature, expired };

class token_mint {
public:
    explicit token_mint(std::uint64_t seed);

    [[nodiscard]] std::string issue(token_claims const& claims, guid const& token_id, time_point now) const;
    [[nodiscard]] boost::system::result<token_claims, token_problem> check(std::string_view token,
                                                                           time_point now) const;

private:
    signer signer_;
};

}  // namespace poolwright::sandbox
