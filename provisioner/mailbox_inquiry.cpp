#include "provisioner/mailbox_inquiry.hpp"

#include "provisioner/graph_reply.hpp"
#include "provisioner/graph_request.hpp"
#include "provisioner/mailbox_report.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace poolwright::provisioner {

mailbox_inquiry::mailbox_inquiry(counted_tenant tenant, client_identity const& who)
    : tenant_(std::move(tenant)), who_(who) {
    auto const id = parse_guid(tenant_.tenant_id);
    access_.directory_id = id.value_or(guid{});
    access_.services = tenant_.services;
    now_ = id ? step::obtain_token : step::resolve_directory;
    behind_token_ = step::find_mailbox_report;
    if (!tenant_.ask_for_report) {
        behind_token_ = step::count_licensed_users;
        found_.why_no_report = "the report is not asked for";
    }
}

std::optional<step> mailbox_inquiry::next() const {
    return now_ == step::finished ? std::nullopt : std::optional(now_);
}

http_request mailbox_inquiry::request(asking_time const& when) const {
    auto const number = random_guid(*when.random);
    graph_access const graph{
        .graph = &tenant_.services.graph, .bearer = access_.bearer, .client_request_id = to_string(number)};
    switch (now_) {
        case step::resolve_directory:
            return directory_request(tenant_.services.authority, tenant_.tenant_id);
        case step::obtain_token:
            return request_for(step::obtain_token, access_, {}, who_, number, when.now);
        case step::find_mailbox_report:
            return mailbox_report_request(graph);
        case step::download_mailbox_report:
            return {.method = download_.method,
                    .to = download_.to,
                    .target = download_.target,
                    .headers = {},
                    .bearer = nullptr,
                    .content_type = {},
                    .body = {}};
        case step::count_licensed_users:
            return licensed_users_request(graph);
        default:
            throw std::logic_error("no request for a step of another inquiry");
    }
}

void mailbox_inquiry::absorb(round_trip_result const& result, judgement const& judged,
                             std::chrono::system_clock::time_point now) {
    bool const done = judged.what == meaning::done;
    if (done && now_ == step::obtain_token) return take_token(result, now);
    if (done) return take(*result);
    bool const with_token = now_ != step::download_mailbox_report;
    if (judged.what == meaning::token_refused && with_token && renew_token()) return;
    bool const is_none = judged.what == meaning::absent || judged.what == meaning::slot_refused ||
                         judged.what == meaning::tenant_refused;
    if (now_ == step::find_mailbox_report && is_none) return go_without_report(judged.why);
    fail(judged.what, judged.why);
}

void mailbox_inquiry::take(http_reply const& reply) {
    switch (now_) {
        case step::resolve_directory:
            return take_directory(reply);
        case step::find_mailbox_report:
            return take_address(reply);
        case step::download_mailbox_report:
            return take_report(reply);
        default:
            return take_users(reply);
    }
}

void mailbox_inquiry::take_directory(http_reply const& reply) {
    access_.directory_id = read_directory_reply(reply);
    if (access_.directory_id.empty()) return fail_garbled({});
    now_ = step::obtain_token;
}

// Without the rights to provision a token is as good for counting.
void mailbox_inquiry::take_token(round_trip_result const& result, std::chrono::system_clock::time_point now) {
    static_cast<void>(provisioner::absorb(step::obtain_token, access_, {}, who_, result, {}, now));
    if (access_.bearer == nullptr) access_.bearer = std::move(access_.insufficient);
    if (access_.bearer == nullptr) return fail_garbled({});
    now_ = behind_token_;
}

void mailbox_inquiry::take_address(http_reply const& reply) {
    auto request = report_download_request(reply);
    if (!request) return fail_garbled(request.error());
    download_ = std::move(*request);
    now_ = step::download_mailbox_report;
}

void mailbox_inquiry::take_report(http_reply const& reply) {
    auto report = read_mailbox_report(reply.body.reveal());
    if (!report) return fail_garbled(report.error());
    if (!*report) return go_without_report("the mailbox report has no number yet");
    found_.source = count_source::report;
    found_.mailboxes = (*report)->mailboxes;
    found_.as_of = std::move((*report)->as_of);
    now_ = step::finished;
}

void mailbox_inquiry::take_users(http_reply const& reply) {
    auto const users = read_count(reply);
    if (!users) return fail_garbled({});
    found_.source = count_source::licences;
    found_.mailboxes = *users;
    now_ = step::finished;
}

// A token may end while a call waits for its turn. A second refusal is the tenant's word.
bool mailbox_inquiry::renew_token() {
    if (renewed_) return false;
    renewed_ = true;
    behind_token_ = now_;
    access_.bearer = nullptr;
    now_ = step::obtain_token;
    return true;
}

void mailbox_inquiry::go_without_report(std::string why) {
    found_.why_no_report = std::move(why);
    now_ = step::count_licensed_users;
}

void mailbox_inquiry::fail(meaning what, std::string why) {
    found_.failed = what;
    found_.why = std::move(why);
    now_ = step::finished;
}

void mailbox_inquiry::fail_garbled(std::string const& what_is_wrong) {
    auto found = garbled(now_);
    if (!what_is_wrong.empty()) found.why = fmt::format("cannot {}: {}", to_string(now_), what_is_wrong);
    fail(found.what, std::move(found.why));
}

bool has_usage_reports(cloud const& services) {
    for (auto const* name : {"usgov", "dod", "china"}) {
        if (find_cloud(name)->graph == services.graph) return false;
    }
    return true;
}

}  // namespace poolwright::provisioner
