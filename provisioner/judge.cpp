#include "provisioner/judge.hpp"

#include "provisioner/graph_reply.hpp"
#include "provisioner/token.hpp"
#include "provisioner/told.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <span>
#include <string_view>

namespace poolwright::provisioner {
namespace {

using steps = std::uint32_t;

constexpr steps only(step what) {
    return steps{1} << static_cast<unsigned>(what);
}
constexpr steps any = ~steps{0};

// One refusal that Graph is known to send. Empty or 0 matches everything; the first rule that matches
// decides.
struct graph_rule {
    steps where;
    int status;
    std::string_view code;  // the error's code or that of its first detail
    std::string_view text;  // contained in the message
    meaning what;
    std::string_view hint;
};

constexpr std::string_view consent_hint =
    "give the provisioning application Application.ReadWrite.OwnedBy, AppRoleAssignment.ReadWrite.All and "
    "Application.Read.All, and grant admin consent in this tenant";

// Where Graph's documentation and what was seen in the field differ, both stand here.
constexpr graph_rule graph_rules[] = {
    {any, 0, "Directory_ConcurrencyViolation", "", meaning::wait, ""},
    {any, 0, "", "concurrent requests being made", meaning::wait, ""},

    {only(step::create_application), 0, "", "property uniqueName already exists", meaning::name_taken, ""},
    {only(step::create_application), 0, "ObjectConflict", "", meaning::name_taken, ""},
    {only(step::create_application), 409, "Request_MultipleObjectsWithSameKeyValue", "", meaning::name_taken,
     ""},

    {only(step::create_principal), 0, "NoBackingApplicationObject", "", meaning::wait, ""},
    {only(step::create_principal), 0, "", "does not reference a valid application object", meaning::wait, ""},
    // A misleading 403: the application has not arrived where the principal is made.
    {only(step::create_principal), 403, "", "must in the local tenant", meaning::wait, ""},
    {only(step::create_principal), 0, "Request_MultipleObjectsWithSameKeyValue", "", meaning::already_there,
     ""},
    {only(step::create_principal), 0, "ObjectConflict", "", meaning::already_there, ""},
    {only(step::create_principal), 404, "", "", meaning::wait, ""},

    {only(step::grant), 0, "", "already exists", meaning::done, ""},
    {only(step::grant), 0, "", "Not a valid reference update", meaning::wait, ""},
    {only(step::grant), 0, "", "was not found on application", meaning::tenant_refused,
     "the API of this tenant does not offer the permission"},
    {only(step::grant), 404, "", "", meaning::wait, ""},

    {only(step::add_credential), 404, "", "", meaning::wait, ""},
    {only(step::remove_credential), 404, "", "", meaning::done, ""},
    {only(step::remove_credential), 400, "", "No password credential found", meaning::done, ""},
    {only(step::inspect_application), 404, "", "", meaning::wait,
     "if somebody deleted it, restore it (--restore-deleted, or the portal's deleted applications), or make "
     "it again with --recreate"},
    {only(step::list_credentials) | only(step::inspect_grants), 404, "", "", meaning::wait, ""},
    {only(step::look_up_application) | only(step::look_up_principal) | only(step::restore_application), 404,
     "", "", meaning::absent, ""},
    {only(step::resolve_roles), 404, "", "", meaning::tenant_refused,
     "the API has no service principal in this tenant, which happens where its product was never licensed: "
     "assign a licence, or leave the tenant out"},

    // Where there is no report, or none for this application, mailboxes are counted in another way.
    {only(step::find_mailbox_report), 403, "", "", meaning::absent,
     "for the report give the provisioning application Reports.Read.All and grant admin consent in this "
     "tenant"},
    {only(step::find_mailbox_report), 404, "", "", meaning::absent, ""},
    {only(step::download_mailbox_report), 403, "", "", meaning::slot_refused,
     "its address is good for some minutes only: run the command again"},
    {only(step::count_licensed_users), 403, "", "", meaning::identity_refused,
     "give the provisioning application User.Read.All, or Reports.Read.All for the mailbox report, and grant "
     "admin consent in this tenant"},

    {any, 0, "Directory_QuotaExceeded", "quota limit for the Principal", meaning::tenant_refused,
     "the provisioning application may hold no more than 250 objects in the tenant, unless it is given an "
     "administrator's or a custom role"},
    {any, 0, "Directory_QuotaExceeded", "", meaning::tenant_refused,
     "purge deleted objects in the tenant, or ask Microsoft to raise its directory quota (each app takes two "
     "objects)"},
    {any, 0, "CredentialTypeNotAllowedAsPerAppPolicy", "", meaning::tenant_refused,
     "the tenant's app management policy forbids this kind of credential: with --credential auto "
     "certificates are made where secrets are forbidden; or exempt the provisioning application from the "
     "policy"},
    {any, 0, "CredentialInvalidLifetimeAsPerAppPolicy", "", meaning::tenant_refused,
     "the tenant's app management policy caps how long a secret may live: use a smaller --lifetime"},
    {any, 0, "SignInAudienceNotAllowedAsPerAppPolicy", "", meaning::tenant_refused,
     "the tenant's app management policy forbids applications of this kind: exempt the provisioning "
     "application from it"},
    {any, 403, "Directory_ResourceSizeExceeded", "", meaning::slot_refused,
     "the application carries too many credentials: remove old ones in the portal"},
    // Only looked at: nobody needs the right to it.
    {only(step::read_policies) | only(step::measure_directory), 403, "", "", meaning::tenant_refused, ""},
    {any, 403, "", "", meaning::tenant_refused, consent_hint},
};

// A server that failed has not looked, whatever it says: no step ends with its word.
bool is_word_of(int status, graph_rule const& rule) {
    if (rule.status != 0) return rule.status == status;
    bool const ends_step =
        rule.what == meaning::done || rule.what == meaning::already_there || rule.what == meaning::name_taken;
    return status < 500 || !ends_step;
}

bool matches(graph_rule const& rule, step what, int status, graph_error const& error) {
    return (rule.where & only(what)) != 0 && is_word_of(status, rule) &&
           (rule.code.empty() || error.code == rule.code || error.detail == rule.code) &&
           (rule.text.empty() || error.message.find(rule.text) != std::string::npos);
}

// A refusal of the authority by its AADSTS number
// (learn.microsoft.com/entra/identity-platform/reference-error-codes).
struct authority_rule {
    steps where;
    long code;
    meaning what;
    std::string_view hint;
    std::string_view text = {};  // a part of its words; empty: any
};

constexpr authority_rule authority_rules[] = {
    // A credential that was just made is unknown to parts of the authority for seconds, and a new application
    // too.
    {only(step::prove), 7000215, meaning::wait, ""},
    {only(step::prove), 7000222, meaning::wait, ""},
    {only(step::prove), 700016, meaning::wait, ""},
    {only(step::prove), 700027, meaning::wait, ""},
    {only(step::prove), 700024, meaning::slot_pending, "the clock of this computer is wrong: set it right"},
    {any, 90055, meaning::wait, ""},
    {any, 90033, meaning::transient, ""},
    {any, 90090, meaning::transient, ""},
    {any, 90024, meaning::transient, ""},
    {only(step::obtain_token), 7000215, meaning::identity_refused,
     "the provisioning application's client secret is wrong: give its value, not its id"},
    {only(step::obtain_token), 7000222, meaning::identity_refused,
     "its client secret has expired: make a new one"},
    {only(step::obtain_token), 7000218, meaning::identity_refused,
     "the authority got nothing by which the provisioning application is known: give its secret or "
     "certificate, or for a device code allow public client flows"},
    // What another issuer signed (workload identity federation).
    {only(step::obtain_token), 700024, meaning::identity_refused,
     "the assertion is not valid now: set this computer's clock right, or have the platform renew its token"},
    {only(step::obtain_token), 700211, meaning::identity_refused,
     "the provisioning application trusts no such issuer: add a federated credential of the platform's "
     "issuer"},
    {only(step::obtain_token), 700212, meaning::identity_refused,
     "the platform's token is for another audience: have it made for api://AzureADTokenExchange"},
    {only(step::obtain_token), 700213, meaning::identity_refused,
     "the provisioning application trusts no such subject: add a federated credential of exactly this "
     "subject"},
    // A person for whom the application acts: refresh tokens and device codes.
    {only(step::obtain_token), 50020, meaning::identity_refused,
     "the person who signed in is a guest there, or unknown: add the account to a security group that the "
     "GDAP relationship with this customer gives a role"},
    {only(step::obtain_token), 50177, meaning::identity_refused,
     "the person who signed in may not enter this tenant: add the account to a security group that the GDAP "
     "relationship with this customer gives a role"},
    {only(step::obtain_token), 65001, meaning::identity_refused,
     "nobody consented to the provisioning application in this tenant: have an administrator consent, or use "
     "the Partner Center's application consents"},
    {only(step::obtain_token), 70000, meaning::identity_refused,
     "the refresh token is not one of this application, or was revoked: sign in again for a new one"},
    {only(step::obtain_token), 700082, meaning::identity_refused,
     "the refresh token has expired, as after 90 days without use: sign in again for a new one"},
    {only(step::obtain_token), 50173, meaning::identity_refused,
     "the refresh token was revoked, as by a new password: sign in again for a new one"},
    {only(step::obtain_token), 50076, meaning::identity_refused,
     "the person must sign in with a second factor: sign in again with one for a new refresh token"},
    {only(step::obtain_token), 7000112, meaning::identity_refused,
     "the provisioning application is disabled: enable it, or use another one"},
    {only(step::obtain_token), 700027, meaning::identity_refused,
     "the provisioning application's certificate has expired: register a new one there, and name that",
     "The key used is expired"},
    {only(step::obtain_token), 700027, meaning::identity_refused,
     "the provisioning application does not know the certificate: register it there, or name the right one"},
    {only(step::obtain_token), 700016, meaning::identity_refused,
     "the provisioning application is not in this tenant: an administrator of the tenant must consent to it"},
    {only(step::obtain_token), 90099, meaning::identity_refused,
     "the provisioning application is not authorised in this tenant: an administrator of the tenant must "
     "consent to it, or the partner by the Partner Center's application consents"},
    {only(step::obtain_token), 53003, meaning::identity_refused,
     "the tenant's conditional access keeps the provisioning application out: exempt it there"},
    {any, 90002, meaning::tenant_refused,
     "no such tenant in this cloud: check the id; if it belongs to another one, name that with --cloud or in "
     "the column `cloud`"},
    {any, 900023, meaning::tenant_refused, "neither a directory id nor a verified domain name"},
    {any, 90038, meaning::tenant_refused,
     "the tenant belongs to another national cloud: name it with --cloud or in the column `cloud`"},
    {any, 900432, meaning::tenant_refused,
     "the tenant belongs to another national cloud: name it with --cloud or in the column `cloud`"},
    {any, 900382, meaning::tenant_refused,
     "the tenant belongs to another national cloud: name it with --cloud or in the column `cloud`"},
    {only(step::obtain_token), 650051, meaning::identity_refused,
     "an administrator's consent is still being carried out, or failed: try again in a minute, then have it "
     "given once more"},
    {only(step::obtain_token), 500011, meaning::tenant_refused,
     "Microsoft Graph has no service principal in this tenant: check that the cloud is right"},
    {only(step::obtain_token), 70011, meaning::tenant_refused,
     "the authority does not know Microsoft Graph by this name: check that the cloud is right"},
};

// A rule behind another one for the same refusal of the same steps would never be heard.
constexpr bool is_hidden(std::size_t number) {
    auto const& one = authority_rules[number];
    for (std::size_t i = 0; i < number; ++i) {
        auto const& before = authority_rules[i];
        bool const same_words = before.text.empty() || before.text == one.text;
        if (before.code == one.code && same_words && (one.where & ~before.where) == 0) return true;
    }
    return false;
}
constexpr bool is_any_hidden() {
    for (std::size_t i = 0; i < std::size(authority_rules); ++i) {
        if (is_hidden(i)) return true;
    }
    return false;
}
static_assert(!is_any_hidden());

bool matches(authority_rule const& rule, step what, authority_error const& error) {
    return (rule.where & only(what)) != 0 && rule.code == error.code &&
           error.text.find(rule.text) != std::string::npos;
}

bool of_authority(step what) noexcept {
    return what == step::resolve_directory || what == step::obtain_token || what == step::prove;
}

throttle::reply_kind kind_of(meaning what) noexcept {
    switch (what) {
        case meaning::done:
        case meaning::already_there:
        case meaning::name_taken:
        case meaning::absent:
            return throttle::reply_kind::done;
        case meaning::wait:
            return throttle::reply_kind::replicating;
        case meaning::transient:
        case meaning::token_refused:
            return throttle::reply_kind::transient;
        default:
            return throttle::reply_kind::permanent;
    }
}

// "Tenant_Application/Write/<application>/<tenant>"; what cannot be read names none.
void read_scope(std::string_view value, throttle::reply_facts& facts) {
    auto const slash = value.find('/');
    if (slash == std::string_view::npos) return;
    auto const scope = value.substr(0, slash);
    if (scope == "Tenant_Application") facts.scope = throttle::throttle_scope::application_tenant;
    if (scope == "Application") facts.scope = throttle::throttle_scope::application;
    if (scope == "Tenant") facts.scope = throttle::throttle_scope::tenant;
    auto const kind = value.substr(slash + 1, value.find('/', slash + 1) - slash - 1);
    if (kind == "Read") facts.calls = throttle::throttled_calls::reads;
    if (kind == "Write") facts.calls = throttle::throttled_calls::writes;
}

std::optional<double> read_percentage(std::string_view value) {
    double percentage = 0;
    auto const [end, failed] = std::from_chars(value.data(), value.data() + value.size(), percentage);
    if (failed != std::errc() || end != value.data() + value.size()) return std::nullopt;
    // Infinities and what is not a number are read, too.
    if (!std::isfinite(percentage) || percentage < 0) return std::nullopt;
    return percentage;
}

void read_throttling(http_reply const& reply, std::chrono::system_clock::time_point now, judgement& found) {
    // A date is counted from when the service says it is, since the clock of this computer may be wrong.
    std::chrono::system_clock::time_point sent = now;
    if (auto const date = throttle::parse_http_date(reply.header("date"), now)) sent = *date;
    found.facts.retry_after = throttle::parse_retry_after(reply.header("retry-after"), sent);
    found.facts.percentage = read_percentage(reply.header("x-ms-throttle-limit-percentage"));
    read_scope(reply.header("x-ms-throttle-scope"), found.facts);
}

bool is_throttled(http_reply const& reply, judgement const& found) {
    if (reply.status != 503) return reply.status == 429;
    // Request_ThrottledTemporarily and …Permanently are codes of the directory from before 429.
    return found.facts.retry_after.has_value() ||
           read_graph_error(reply).code.starts_with("Request_Throttled");
}

meaning by_status(int status) noexcept {
    if (status >= 200 && status < 300) return meaning::done;
    if (status == 401) return meaning::token_refused;
    if (status >= 500 || status == 408 || status == 409 || status == 423) return meaning::transient;
    return meaning::slot_refused;
}

constexpr std::string_view wrong_place_hint =
    "check that the address is right, and that no proxy answers in the service's place";

std::string redirect_sentence(step what, http_reply const& reply) {
    // The address of a report is a permission.
    auto const to = what == step::download_mailbox_report ? std::string()
                                                          : told_header(reply.header("location"), reply.sent);
    return fmt::format("cannot {}: {} redirects{}{}, which is not followed; {}", to_string(what),
                       reply.status, to.empty() ? "" : " to ", to, wrong_place_hint);
}

std::string sentence(step what, http_reply const& reply, std::string_view code, std::string_view text,
                     std::string_view hint) {
    if (reply.status >= 300 && reply.status < 400) return redirect_sentence(what, reply);
    constexpr std::size_t longest_word = 100;
    auto const request_id = told_header(reply.header("request-id"), reply.sent, longest_word);
    auto out = fmt::format("cannot {}: {}", to_string(what), reply.status);
    if (!code.empty()) out += fmt::format(" {}", told(code, reply.sent, longest_word));
    if (!text.empty()) out += fmt::format(": {}", told(text, reply.sent));
    if (code.empty() && text.empty()) out += fmt::format(": {}", untold_reason(reply.status));
    if (!request_id.empty()) out += fmt::format(" (request-id {})", request_id);
    if (!hint.empty()) out += fmt::format("; {}", hint);
    return out;
}

// A usage report is handed out by leading to it.
bool leads_to_report(step what, int status) noexcept {
    return what == step::find_mailbox_report && status >= 300 && status < 400;
}

void judge_graph(step what, http_reply const& reply, judgement& found) {
    if (leads_to_report(what, reply.status)) return;
    // Every 401 and every redirect means the same, whatever its body says.
    if (reply.status < 400 || reply.status == 401) {
        found.what = by_status(reply.status);
        if (found.what == meaning::done) return;
        auto const error = read_graph_error(reply);
        found.why = sentence(what, reply, error.code, error.message, "");
        return;
    }
    auto const error = read_graph_error(reply);
    auto const* const rule =
        std::find_if(std::begin(graph_rules), std::end(graph_rules),
                     [&](graph_rule const& each) { return matches(each, what, reply.status, error); });
    bool const known = rule != std::end(graph_rules);
    found.what = known ? rule->what : by_status(reply.status);
    if (known) found.hint = rule->hint;
    found.why = sentence(what, reply, error.code, error.message, found.hint);
}

void judge_authority(step what, http_reply const& reply, judgement& found) {
    if (reply.status == 200) return;
    auto const token = read_token_reply(reply);
    auto const error = token.has_error() ? token.error() : authority_error();
    auto const* const rule =
        std::find_if(std::begin(authority_rules), std::end(authority_rules),
                     [&](authority_rule const& each) { return matches(each, what, error); });
    bool const known = rule != std::end(authority_rules);
    auto const other = by_status(reply.status);
    found.what = known ? rule->what : other;
    bool const of_tenant = what != step::prove;
    if (!known && other != meaning::transient)
        found.what = of_tenant ? meaning::tenant_refused : meaning::slot_refused;
    if (!known && error.error == "temporarily_unavailable") found.what = meaning::transient;
    if (known) found.hint = rule->hint;
    found.why = sentence(what, reply, "", error.text, found.hint);
}

judgement judge_failure(step what, transport_failure const& failure) {
    judgement found;
    // Not the fault of any server: what is missing is waited for as long as for the directory.
    bool const unprepared = failure.where == transport_failure::phase::prepare;
    if (failure.untrusted) {
        found.what = meaning::untrusted;
    } else {
        found.what = unprepared ? meaning::wait : meaning::transient;
    }
    found.acted = failure.sent;
    found.facts.kind = kind_of(found.what);
    found.why = fmt::format("cannot {}: {}", to_string(what), failure.text);
    return found;
}

// Only a refusal that the service made up its mind about is certain to have changed nothing: a write may have
// taken effect although 429, 503 or 504 came back.
bool may_have_acted(int status) noexcept {
    return status < 400 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

judgement judge(step what, round_trip_result const& result, std::chrono::system_clock::time_point now) {
    if (result.has_error()) return judge_failure(what, result.error());
    auto const& reply = *result;
    judgement found;
    found.acted = may_have_acted(reply.status);
    read_throttling(reply, now, found);
    if (of_authority(what)) {
        judge_authority(what, reply, found);
    } else {
        judge_graph(what, reply, found);
    }
    found.facts.kind = kind_of(found.what);
    if (is_throttled(reply, found)) {
        found.what = meaning::wait;
        found.facts.kind = throttle::reply_kind::throttled;
    }
    return found;
}

std::string_view judgement::bare_why() const noexcept {
    constexpr std::string_view between = "; ";
    std::string_view bare(why);
    if (!hint.empty() && bare.ends_with(hint)) bare.remove_suffix(hint.size() + between.size());
    return bare;
}

judgement garbled(step what) {
    judgement found;
    found.what = meaning::transient;
    found.facts.kind = kind_of(found.what);
    found.why = fmt::format("cannot {}: the reply says success, but its body is not what was asked for; {}",
                            to_string(what), wrong_place_hint);
    return found;
}

judgement not_yet(std::string why) {
    return stop(meaning::wait, std::move(why));
}

judgement stop(meaning what, std::string why) {
    judgement found;
    found.what = what;
    found.facts.kind = kind_of(what);
    found.why = std::move(why);
    return found;
}

}  // namespace poolwright::provisioner
