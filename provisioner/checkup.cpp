#include "provisioner/checkup.hpp"

#include "provisioner/graph_reply.hpp"
#include "provisioner/rights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace poolwright::provisioner {
namespace {

constexpr std::size_t most_pages = 1000;  // of all lists of one tenant
constexpr std::string_view consent_remedy =
    "have an administrator of the tenant consent to the provisioning application";

// Refusals of the authority that an administrator's consent mends.
bool asks_for_consent(round_trip_result const& result) {
    if (!result.has_value()) return false;
    auto const token = read_token_reply(*result);
    if (token.has_value()) return false;
    auto const code = token.error().code;
    return code == 700016 || code == 90099 || code == 65001 || code == 650051;
}

bool is_no_answer(meaning what) noexcept {
    return what == meaning::transient || what == meaning::wait || what == meaning::untrusted;
}

std::string some_of(std::vector<std::string> const& names) {
    if (names.size() == 1) return names.front();
    return fmt::format("{} and {} more", names.front(), names.size() - 1);
}

}  // namespace

std::string_view to_string(check what) noexcept {
    constexpr std::string_view names[checks] = {"reach", "clock",  "token", "rights",
                                                "apis",  "policy", "quota", "names"};
    return names[static_cast<std::size_t>(what)];
}

std::string_view to_string(check_outcome what) noexcept {
    constexpr std::string_view names[] = {"ok", "not_checked", "warning", "finding"};
    return names[static_cast<std::size_t>(what)];
}

std::string_view remedy_of_silence(bool untrusted) noexcept {
    return untrusted ? "if a proxy inspects what is encrypted here, name its certificates with --ca-file"
                     : "check the network, the names and addresses of the services, and whether they are up";
}

checkup::checkup(checkup_target target, checkup_wishes const& wishes, client_identity const& identity)
    : target_(std::move(target)), wishes_(wishes), identity_(identity) {
    access_.directory_id = target_.directory_id;
    access_.services = target_.services;
}

checkup::checkup(checkup_target target, checkup_wishes const& wishes, client_identity const& identity,
                 tenant_access const& entered)
    : target_(std::move(target)),
      wishes_(wishes),
      identity_(identity),
      access_(entered),
      only_allowance_(true) {
    go_to(stage::default_policy);
}

std::optional<step> checkup::next() const {
    switch (stage_) {
        case stage::token:
            return step::obtain_token;
        case stage::apis:
            return step::resolve_roles;
        case stage::default_policy:
        case stage::app_policies:
            return step::read_policies;
        case stage::quota:
            return step::measure_directory;
        case stage::live:
            return step::list_applications;
        case stage::deleted:
            return step::search_deleted;
        case stage::done:
            break;
    }
    return std::nullopt;
}

http_request checkup::request(asking_time const& when) const {
    auto const number = random_guid(*when.random);
    if (stage_ == stage::token)
        return request_for(step::obtain_token, access_, wishes_.profile, identity_, number, when.now);
    graph_access const graph{.graph = &access_.services.graph,
                             .bearer = access_.bearer ? access_.bearer : access_.insufficient,
                             .client_request_id = to_string(number)};
    switch (stage_) {
        case stage::apis:
            return resource_principal_request(
                graph, wishes_.profile.resources[access_.resources_resolved].application_id);
        case stage::default_policy:
            return default_policy_request(graph);
        case stage::app_policies:
            return app_policies_request(graph, page_);
        case stage::quota:
            return directory_size_request(graph);
        case stage::live:
            return list_applications_request(graph, target_.names.pools()[pool_], page_);
        default:
            return search_deleted_request(graph, page_);
    }
}

void checkup::absorb(round_trip_result const& result, judgement const& judged,
                     std::chrono::system_clock::time_point now) {
    note_reply(result, now);
    bool const needed = stage_ == stage::token || stage_ == stage::apis;
    if (needed && is_no_answer(judged.what)) {
        bool const untrusted = judged.what == meaning::untrusted;
        cut_short_ = untrusted ? checkup_end::untrusted : checkup_end::unreachable;
        add(check::reach, check_outcome::finding, judged.why, std::string(remedy_of_silence(untrusted)));
        return go_to(stage::done);
    }
    if (stage_ != stage::token && judged.what == meaning::token_refused) {
        cut_short_ = checkup_end::identity_refused;
        add(check::token, check_outcome::finding, judged.why,
            "try again; if it stays, look for a policy of the tenant that revokes tokens");
        return go_to(stage::done);
    }
    switch (stage_) {
        case stage::token:
            return absorb_token(result, judged, now);
        case stage::apis:
            return absorb_api(result, judged);
        case stage::default_policy:
            return absorb_default_policy(result, judged, now);
        case stage::app_policies:
            return absorb_app_policies(result, judged, now);
        case stage::quota:
            return absorb_quota(result, judged);
        default:
            return absorb_names(result, judged);
    }
}

// How wrong the clock is shows best where the reply was quick.
void checkup::note_reply(round_trip_result const& result, std::chrono::system_clock::time_point now) {
    if (!result.has_value()) return;
    auto const date = throttle::parse_http_date(result->header("date"), now);
    if (!date) return;
    auto const ahead = std::chrono::round<std::chrono::seconds>(*date - now);
    if (!skew_ || std::chrono::abs(ahead) < std::chrono::abs(*skew_)) skew_ = ahead;
}

void checkup::absorb_token(round_trip_result const& result, judgement const& judged,
                           std::chrono::system_clock::time_point now) {
    if (judged.what != meaning::done) return refuse_token(result, judged);
    auto const found =
        provisioner::absorb(step::obtain_token, access_, wishes_.profile, identity_, result, {}, now);
    if (!access_.rights) {
        cut_short_ = checkup_end::unreachable;
        add(check::reach, check_outcome::finding, found.why,
            "check that the authority's address is right, and that no proxy answers in its place");
        return go_to(stage::done);
    }
    add(check::token, check_outcome::ok, fmt::format("obtained by {}", identity_.client_id));
    judge_rights();
}

void checkup::refuse_token(round_trip_result const& result, judgement const& judged) {
    cut_short_ =
        judged.what == meaning::identity_refused ? checkup_end::identity_refused : checkup_end::refused;
    auto remedy = std::string(judged.hint);
    if (remedy.empty())
        remedy = "look the number of the refusal up at https://login.microsoftonline.com/error";
    add(check::token, check_outcome::finding, std::string(judged.bare_why()), std::move(remedy),
        asks_for_consent(result) ? consent_url() : "");
    go_to(stage::done);
}

void checkup::judge_rights() {
    auto const missing = missing_rights(rights(), identity_.person != nullptr);
    if (missing.empty()) {
        std::string useful;
        if (!has_any_right(rights(), {"Reports.Read.All"}))
            useful = "; without Reports.Read.All mailboxes are not counted";
        add(check::rights, check_outcome::ok, "all that provisioning needs" + useful);
    } else {
        cut_short_ = checkup_end::identity_refused;
        auto const managed = identity_.itself != nullptr;
        add(check::rights, check_outcome::finding,
            fmt::format("the provisioning application lacks {} in this tenant", fmt::join(missing, ", ")),
            std::string(managed ? managed_identity_remedy : consent_remedy), managed ? "" : consent_url());
    }
    go_to(may_read_applications(rights()) ? stage::apis : stage::done);
}

void checkup::absorb_api(round_trip_result const& result, judgement const& judged) {
    auto const& resource = wishes_.profile.resources[access_.resources_resolved];
    if (judged.what == meaning::done) {
        auto const roles = read_roles(*result, resource);
        if (roles.has_value()) {
            ++apis_found_;
        } else if (roles.error().name.empty()) {
            add(check::apis, check_outcome::finding, garbled(step::resolve_roles).why,
                "check that the address of Microsoft Graph is right");
        } else {
            add(check::apis, check_outcome::finding,
                fmt::format("{} has no application permission {} in this tenant", resource.name,
                            roles.error().name),
                "mend the permission profile");
        }
    } else {
        auto const remedy = judged.hint.empty() ? consent_remedy : judged.hint;
        add(check::apis, check_outcome::finding, fmt::format("{}: {}", resource.name, judged.bare_why()),
            std::string(remedy));
    }
    if (++access_.resources_resolved < wishes_.profile.resources.size()) return;
    if (apis_found_ == wishes_.profile.resources.size()) {
        add(check::apis, check_outcome::ok,
            fmt::format("{} permissions of {} APIs are there", wishes_.profile.permission_count(),
                        apis_found_));
    }
    go_to(stage::default_policy);
}

void checkup::absorb_quota(round_trip_result const& result, judgement const& judged) {
    auto const size = judged.what == meaning::done ? read_directory_size(*result) : std::nullopt;
    constexpr std::int64_t objects_of_an_app = 2;
    auto const needed = objects_of_an_app * target_.to_create;
    if (!size) {
        add(check::quota, check_outcome::not_checked,
            judged.what == meaning::done ? "the directory does not say how full it is" : judged.why);
    } else if (size->total - size->used < needed) {
        add(check::quota, check_outcome::finding,
            fmt::format("the directory holds {} of at most {} objects, and what is to be created takes {}",
                        size->used, size->total, needed),
            "purge deleted objects in the tenant, or ask Microsoft to raise its directory quota");
    } else {
        add(check::quota, check_outcome::ok,
            fmt::format("{} of at most {} objects; {} are to be created", size->used, size->total, needed));
    }
    go_to(stage::live);
}

void checkup::absorb_names(round_trip_result const& result, judgement const& judged) {
    bool const deleted = stage_ == stage::deleted;
    auto const page = judged.what == meaning::done ? read_application_page(*result) : std::nullopt;
    if (!page) {
        add(check::names, check_outcome::not_checked,
            judged.what == meaning::done ? garbled(step::list_applications).why : judged.why);
        return go_to(stage::done);
    }
    for (auto const& app : page->applications) target_.names.see(app, deleted);
    bool const more = is_next_page(access_.services.graph, page->next) && ++pages_ < most_pages;
    page_ = more ? page->next : std::string();
    if (more) return;
    if (!deleted && ++pool_ < target_.names.pools().size()) return;
    if (!deleted) return go_to(stage::deleted);
    judge_names();
    go_to(stage::done);
}

void checkup::judge_names() {
    bool clear = true;
    auto const tell = [&](name_holder who, bool accepted, std::string_view text, std::string_view remedy) {
        auto const held = target_.names.held_by(who);
        if (held.empty() || accepted) return;
        clear = false;
        add(check::names, check_outcome::finding, some_of(held) + std::string(text), std::string(remedy));
    };
    bool const restore = wishes_.restore_deleted;
    tell(name_holder::other_ledger, wishes_.adopt, ": made by another ledger",
         "--adopt adds a credential of our own to them; theirs stay");
    tell(name_holder::foreign, false, ": the name of an application that poolwright did not make",
         "rename that name away or remove the application, or use another --pool");
    tell(name_holder::deleted, restore, ": deleted, which holds the name for 30 days",
         "restore them with --restore-deleted, or purge them in the portal");
    tell(name_holder::deleted_other, restore && wishes_.adopt,
         ": made by another ledger and deleted, which holds the name for 30 days",
         "restore them with --restore-deleted --adopt, or purge them in the portal");
    tell(name_holder::deleted_foreign, false,
         ": the name of a deleted application that poolwright did not make, which holds it for 30 days",
         "purge it in the portal, or use another --pool");
    if (clear)
        add(check::names, check_outcome::ok, fmt::format("{} names are free or ours", target_.names.size()));
}

void checkup::go_to(stage next) {
    page_.clear();
    stage_ = next;
    while (must_pass_over(stage_)) {
        stage_ =
            stage_ == stage::default_policy ? stage::quota : static_cast<stage>(static_cast<int>(stage_) + 1);
    }
}

// What cannot be asked, or need not be: says so.
bool checkup::must_pass_over(stage next) {
    if (next == stage::default_policy && !has_any_right(rights(), {"Policy.Read.All"})) {
        add(check::policy, check_outcome::not_checked,
            "the provisioning application has no Policy.Read.All, which is optional");
        return true;
    }
    if (next == stage::app_policies && only_allowance_) {
        judge_policy();
        return true;
    }
    if (next == stage::quota && target_.to_create == 0) {
        add(check::quota, check_outcome::ok, "nothing is to be created");
        return true;
    }
    bool const sees_size =
        has_any_right(rights(), {"Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"});
    if (next == stage::quota && !sees_size) {
        add(check::quota, check_outcome::not_checked,
            "the provisioning application has neither Organization.Read.All nor Directory.Read.All, which "
            "are optional");
        return true;
    }
    if (next == stage::live && only_allowance_) {
        stage_ = stage::deleted;
        return true;
    }
    if (next == stage::live && target_.names.empty()) {
        add(check::names, check_outcome::ok, "no name is needed");
        stage_ = stage::deleted;
        return true;
    }
    return false;
}

std::optional<check_result> checkup::clock_result() const {
    constexpr std::chrono::minutes most{5};
    if (!skew_) return std::nullopt;
    check_result found{
        .what = check::clock, .result = check_outcome::ok, .text = {}, .remedy = {}, .url = {}};
    auto const off = std::chrono::abs(*skew_);
    if (off <= most) {
        found.text = fmt::format("right to {} s", off.count());
        return found;
    }
    found.result = check_outcome::finding;
    found.text = fmt::format("the clock of this computer is {} s {} the service's", off.count(),
                             skew_->count() > 0 ? "behind" : "ahead of");
    found.remedy = "set it by a time server: what is signed with a clock more than 5 minutes off is refused";
    return found;
}

std::vector<check_result> checkup::results() const {
    std::vector<check_result> all;
    for (std::size_t i = 0; i < checks; ++i) {
        auto const what = static_cast<check>(i);
        auto const before = all.size();
        if (what == check::clock) {
            if (auto clock = clock_result()) all.push_back(std::move(*clock));
        }
        for (auto const& each : found_) {
            if (each.what == what) all.push_back(each);
        }
        if (all.size() > before) continue;
        bool const answered = what == check::reach && skew_.has_value();
        all.push_back(
            {.what = what,
             .result = answered ? check_outcome::ok : check_outcome::not_checked,
             .text = std::string(answered ? "authority and Microsoft Graph answer" : why_not_checked()),
             .remedy = {},
             .url = {}});
    }
    return all;
}

bool checkup::is_blocking(check_result const& each) const noexcept {
    return each.result == check_outcome::finding && each.what != check::names && each.what != check::clock;
}

checkup_end checkup::end() const {
    if (cut_short_ != checkup_end::well) return cut_short_;
    bool const blocked =
        std::any_of(found_.begin(), found_.end(), [this](auto const& each) { return is_blocking(each); });
    if (blocked) return checkup_end::refused;
    return stage_ == stage::done ? checkup_end::well : checkup_end::unfinished;
}

std::string checkup::reason() const {
    auto const found =
        std::find_if(found_.begin(), found_.end(), [this](auto const& each) { return is_blocking(each); });
    if (found == found_.end()) return {};
    auto text = found->text;
    if (!found->remedy.empty()) text += "; " + found->remedy;
    if (!found->url.empty()) text += fmt::format(" at {}", found->url);
    return text;
}

// None before there is a token.
std::span<std::string const> checkup::rights() const noexcept {
    return access_.rights ? std::span<std::string const>(*access_.rights) : std::span<std::string const>();
}

std::string checkup::consent_url() const {
    return admin_consent_url(access_.services.authority, to_string(access_.directory_id),
                             identity_.client_id);
}

std::string_view checkup::why_not_checked() const {
    if (cut_short_ == checkup_end::unreachable || cut_short_ == checkup_end::untrusted) return "no answer";
    if (stage_ != stage::done) return "the checks were interrupted";
    return access_.rights ? "no right to read" : "no token";
}

void checkup::add(check what, check_outcome result, std::string text, std::string remedy, std::string url) {
    found_.push_back({.what = what,
                      .result = result,
                      .text = std::move(text),
                      .remedy = std::move(remedy),
                      .url = std::move(url)});
}

}  // namespace poolwright::provisioner
