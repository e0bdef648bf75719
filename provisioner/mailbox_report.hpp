#pragma once

#include "provisioner/http_message.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The usage report of mailboxes (getMailboxUsageMailboxCounts): where it lies, and what it says. Pure
// functions.

namespace poolwright::provisioner {

// From the reply that leads to the report. Its address is the permission, and may be on any host: so this
// request is made without a token, and there is none at hand to make it with. On failure what is wrong with
// the address, without repeating it.
boost::system::result<http_request, std::string> report_download_request(http_reply const& leads_to);

struct mailbox_report {
    std::int64_t mailboxes = 0;
    std::string as_of;  // YYYY-MM-DD: the newest day of the report that has a number

    bool operator==(mailbox_report const&) const = default;
};

// Reads the columns `Total` and `Report Date`, wherever they stand. Nothing if no day has a number; on
// failure what is wrong with the text.
boost::system::result<std::optional<mailbox_report>, std::string> read_mailbox_report(std::string_view text);

}  // namespace poolwright::provisioner
