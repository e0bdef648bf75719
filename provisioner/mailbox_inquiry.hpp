#pragma once

#include "provisioner/cloud.hpp"
#include "provisioner/inquiry.hpp"
#include "provisioner/tenant.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

// How many mailboxes one tenant has: by its usage report, or, where there is none for the application that
// asks, by the users that have an Exchange plan. Of what failed for now nothing is made out in another way:
// the two numbers differ, and a pool must not follow the network's moods.

namespace poolwright::provisioner {

enum class count_source : std::uint8_t {
    none,      // not counted
    report,    // the usage report
    licences,  // users with an Exchange plan: without shared mailboxes, which have none
};

struct mailbox_count {
    count_source source = count_source::none;
    std::int64_t mailboxes = 0;
    std::string as_of = {};          // of a report: its newest day, YYYY-MM-DD
    std::string why_no_report = {};  // of licences
    meaning failed = meaning::done;  // of none: as judged
    std::string why = {};            // of none
};

struct counted_tenant {
    std::string tenant_id;  // a directory id, or a domain, which is looked up first
    cloud services;
    bool ask_for_report = true;
};

class mailbox_inquiry final : public inquiry {
public:
    // `who` outlives it.
    mailbox_inquiry(counted_tenant tenant, client_identity const& who);

    [[nodiscard]] std::optional<step> next() const override;
    [[nodiscard]] http_request request(asking_time const& when) const override;
    void absorb(round_trip_result const& result, judgement const& judged,
                std::chrono::system_clock::time_point now) override;

    // Once there are no more questions.
    [[nodiscard]] mailbox_count const& found() const noexcept { return found_; }

private:
    void take(http_reply const& reply);
    void take_directory(http_reply const& reply);
    void take_token(round_trip_result const& result, std::chrono::system_clock::time_point now);
    void take_address(http_reply const& reply);
    void take_report(http_reply const& reply);
    void take_users(http_reply const& reply);
    bool renew_token();
    void go_without_report(std::string why);
    void fail(meaning what, std::string why);
    void fail_garbled(std::string const& what_is_wrong);

    counted_tenant tenant_;
    client_identity const& who_;
    tenant_access access_;
    bool renewed_ = false;
    step now_ = step::finished;
    step behind_token_ = step::finished;
    http_request download_;
    mailbox_count found_;
};

// True where Microsoft says that there are usage reports: not in the national clouds.
bool has_usage_reports(cloud const& services);

}  // namespace poolwright::provisioner
