#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What may stand in each cell of a tenant's row. Used for the rows of the CSV and again for those of a saved
// plan, which people can edit. Each check returns what is wrong, in a sentence, or nothing.

namespace poolwright::planner {

using cell_fault = std::optional<std::string>;

// A directory id (GUID) or a plausible domain name; in any case of letters.
cell_fault check_tenant_id(std::string_view text);

// The number of mailboxes, 0 … most_mailboxes.
boost::system::result<std::int64_t, std::string> read_mailboxes(std::string_view text);

// At most 256 bytes without control characters, except line breaks.
cell_fault check_name(std::string_view text);

cell_fault check_workload(std::string_view text);

// The name of a built-in rule.
cell_fault check_rule(std::string_view text);

// What Entra accepts as a redirect URI of a web application: https, or http for localhost, at most 256
// characters, none of ! $ ' , ; (learn.microsoft.com/entra/identity-platform/reply-url, "Restrictions and
// limitations").
cell_fault check_redirect_uri(std::string_view text);

cell_fault check_cloud(std::string_view text);

// 1 to 40 letters, digits and `-`.
cell_fault check_pool(std::string_view text);

}  // namespace poolwright::planner
