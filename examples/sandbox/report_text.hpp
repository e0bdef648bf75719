#pragma once

#include "examples/sandbox/population.hpp"

#include <string>

// Usage reports as the service writes them: CSV in UTF-8 with a byte order mark, two days old.

namespace poolwright::sandbox {

// "D7" → 7; nothing for a period that no report has.
std::optional<int> days_of_period(std::string_view period) noexcept;

// getMailboxUsageMailboxCounts: one line per day, the newest first; the total counts mailboxes of persons.
std::string mailbox_counts_report(service const& all, guid const& tenant, int days, time_point now);

// getMailboxUsageDetail: one line per mailbox, shared ones and a few that were deleted too. In every other
// tenant with two columns more, as documentation and samples differ.
std::string mailbox_detail_report(service const& all, guid const& tenant, int days, time_point now);

}  // namespace poolwright::sandbox
