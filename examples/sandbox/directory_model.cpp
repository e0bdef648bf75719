#include "examples/sandbox/directory_model.hpp"

#include "examples/sandbox/passage.hpp"
#include "examples/sandbox/record.hpp"
#include "examples/sandbox/refresh_token.hpp"
#include "examples/sandbox/well_known.hpp"

#include <boost/json/serialize.hpp>

namespace poolwright::sandbox {
namespace {

application* find(service& all, std::string_view tenant, std::string_view id) {
    auto const tenant_id = tenant_named(tenant);
    auto const object = parse_guid(id);
    auto* const app = tenant_id && object ? all.objects.by_id(*tenant_id, *object) : nullptr;
    return app != nullptr && is_live(*app) ? app : nullptr;
}

std::string join_lines(std::vector<std::string> const& tags) {
    std::string joined;
    for (auto const& tag : tags) joined += tag + '\n';
    return joined;
}

}  // namespace

directory_model::directory_model(settings given) : all_(std::make_unique<service>(std::move(given))) {}
directory_model::directory_model(directory_model&&) noexcept = default;
directory_model& directory_model::operator=(directory_model&&) noexcept = default;
directory_model::~directory_model() = default;

reply directory_model::handle(request const& message, time_point now) {
    return pass(*all_, message, now);
}

bool directory_model::replay(std::string_view line) {
    return sandbox::replay(line, all_->objects, session_) != record_kind::damaged;
}

void directory_model::begin_session() {
    ++session_;
    all_->random = generator(all_->options.seed ^ (session_ * 0xD1B54A32D192ED03ULL));
    if (all_->options.journal) all_->options.journal(encode_session(session_));
}

void directory_model::snapshot(std::function<void(std::string_view line)> const& write) const {
    write(encode_session(session_));
    for (auto const& [tenant, applications] : all_->objects.tenants()) {
        for (auto const& app : applications) write(encode(*app));
    }
}

statistics const& directory_model::counted() const noexcept {
    return all_->counted;
}

inventory directory_model::take_inventory() const {
    return sandbox::take_inventory(all_->objects);
}

std::string directory_model::stats_document() const {
    return boost::json::serialize(to_json(all_->counted, take_inventory()));
}

void directory_model::visit_applications(std::function<void(application_view const&)> const& visit) const {
    for (auto const& [tenant, applications] : all_->objects.tenants()) {
        for (auto const& app : applications) visit(view_of(*app));
    }
}

std::optional<application_view> directory_model::find_application(std::string_view tenant,
                                                                  std::string_view id) const {
    auto const tenant_id = tenant_named(tenant);
    auto const sought = parse_guid(id);
    if (!tenant_id || !sought) return std::nullopt;
    auto const& objects = all_->objects;
    auto const* found = objects.by_id(*tenant_id, *sought);
    if (found == nullptr) found = objects.by_app_id(*tenant_id, *sought);
    if (found == nullptr) found = objects.by_principal(*tenant_id, *sought);
    if (found == nullptr) return std::nullopt;
    return view_of(*found);
}

bool directory_model::delete_application(std::string_view tenant, std::string_view id, time_point now) {
    auto* const app = find(*all_, tenant, id);
    if (app == nullptr) return false;
    app->deleted_at = now;
    if (app->service_principal) app->service_principal->deleted_at = now;
    all_->record(*app);
    return true;
}

bool directory_model::purge_application(std::string_view tenant, std::string_view id) {
    auto const tenant_id = tenant_named(tenant);
    auto const object = parse_guid(id);
    auto* const app = tenant_id && object ? all_->objects.by_id(*tenant_id, *object) : nullptr;
    if (app == nullptr) return false;
    all_->record_erased(*app);
    all_->objects.erase(*app);
    return true;
}

bool directory_model::rename_application(std::string_view tenant, std::string_view id,
                                         std::string_view display_name) {
    auto* const app = find(*all_, tenant, id);
    if (app == nullptr) return false;
    app->name = display_name;
    all_->record(*app);
    return true;
}

bool directory_model::replace_tags(std::string_view tenant, std::string_view id,
                                   std::vector<std::string> const& tags) {
    auto* const app = find(*all_, tenant, id);
    if (app == nullptr) return false;
    app->tags = join_lines(tags);
    all_->record(*app);
    return true;
}

bool directory_model::remove_credential(std::string_view tenant, std::string_view id, std::string_view key_id,
                                        time_point now) {
    auto* const app = find(*all_, tenant, id);
    auto const key = parse_guid(key_id);
    if (app == nullptr || !key) return false;
    for (auto& each : app->credentials) {
        if (each.key_id != *key || each.gone_at != never) continue;
        each.gone_at = now;
        all_->record(*app);
        return true;
    }
    for (auto& each : app->keys) {
        if (each.key_id != *key || each.gone_at != never) continue;
        each.gone_at = now;
        all_->record(*app);
        return true;
    }
    return false;
}

bool directory_model::add_certificate(std::string_view tenant, std::string_view id, std::string_view name,
                                      std::string_view der, time_point now) {
    auto* const app = find(*all_, tenant, id);
    if (app == nullptr) return false;
    key_credential made;
    made.key_id = all_->random.new_guid();
    made.name = name;
    made.certificate = der;
    made.starts = made.usable_from = made.listed_from = now;
    made.ends = now + std::chrono::days(365);
    app->keys.push_back(std::move(made));
    all_->record(*app);
    return true;
}

bool directory_model::revoke_grant(std::string_view tenant, std::string_view id, std::string_view role,
                                   time_point now) {
    auto* const app = find(*all_, tenant, id);
    if (app == nullptr || !app->service_principal) return false;
    for (auto& each : app->service_principal->grants) {
        if (well_known_resources()[each.resource].roles[each.role].name != role || each.gone_at != never)
            continue;
        each.gone_at = now;
        all_->record(*app);
        return true;
    }
    return false;
}

std::string directory_model::add_foreign_application(std::string_view tenant, std::string_view display_name,
                                                     std::string_view unique_name,
                                                     std::vector<std::string> const& tags, time_point now) {
    auto made = std::make_unique<application>();
    made->tenant = tenant_named(tenant).value();
    made->id = all_->random.new_guid();
    made->app_id = all_->random.new_guid();
    made->sequence = all_->objects.next_sequence();
    made->name = display_name;
    made->unique_name = unique_name;
    made->tags = join_lines(tags);
    made->created = made->visible_from = now;
    auto const& app = all_->objects.put(std::move(made));
    all_->record(app);
    return to_string(app.id);
}

bool directory_model::end_credentials(std::string_view client_id, time_point at) {
    auto const id = parse_guid(client_id);
    return id && all_->end_credentials(*id, at);
}

std::int64_t directory_model::write_elsewhere(std::string_view client_id, std::int64_t writes,
                                              time_point now) {
    return all_->quotas.write_elsewhere(parse_guid(client_id).value(), writes, now);
}

std::string directory_model::issue_refresh_token(std::string_view client_id, time_point now) {
    return sandbox::issue_refresh_token(*all_, parse_guid(client_id).value(), now);
}

void directory_model::set_base_url(std::string url) {
    all_->options.base_url = std::move(url);
}

}  // namespace poolwright::sandbox
