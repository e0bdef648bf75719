#include "examples/sandbox/consistency.hpp"

#include "examples/sandbox/routes.hpp"

namespace poolwright::sandbox {

time_point seen_after_replication(service& all, time_point now) {
    return now + all.random.around(all.options.replication_lag);
}

time_point usable_after_secret_lag(service& all, time_point now) {
    return now + all.random.around(all.options.secret_lag);
}

std::optional<reply> begin_write(service& all, call const& about, application& app) {
    if (app.busy_until <= about.now) {
        app.busy_until = about.now + about.duration;
        return std::nullopt;
    }
    ++all.counted.overlapping_writes;
    constexpr std::string_view code = "Directory_ConcurrencyViolation";
    constexpr std::string_view text =
        "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.";
    switch (all.random.below(8)) {
        case 0:
            return graph_error(about, 400, code, text);
        case 1:
            return bad_request(about, text);
        default:
            return graph_error(about, 409, code, text);
    }
}

application* visible_application(service& all, call const& about) {
    auto const& [name, value] = about.where.keys.front();
    application* app = nullptr;
    if (name == "uniqueName") {
        app = all.objects.by_unique_name(about.who.tenant, value);
    } else if (auto const id = parse_guid(value)) {
        app = name == "appId" ? all.objects.by_app_id(about.who.tenant, *id)
                              : all.objects.by_id(about.who.tenant, *id);
    }
    return app != nullptr && is_visible(*app, about.now) ? app : nullptr;
}

boost::system::result<application*, reply> writable_application(service& all, call const& about) {
    auto* const app = visible_application(all, about);
    if (app == nullptr) return not_found(about, about.where.keys.front().value);
    if (!may_change(about.who, *app)) return request_denied(about);
    if (auto refusal = begin_write(all, about, *app)) return std::move(*refusal);
    forget_removed(*app, about.now);
    return app;
}

void forget_removed(application& app, time_point now) {
    std::erase_if(app.credentials, [&](credential const& each) { return each.gone_at <= now; });
    std::erase_if(app.keys, [&](key_credential const& each) { return each.gone_at <= now; });
    if (!app.service_principal) return;
    std::erase_if(app.service_principal->grants, [&](grant const& each) { return each.gone_at <= now; });
}

}  // namespace poolwright::sandbox
