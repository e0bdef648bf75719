#include "tests/simulate/meddler.hpp"

#include "provisioner/naming.hpp"
#include "tests/simulate/key_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace poolwright::simulate {
namespace {

std::string const& foreign_certificate() {
    static std::string const der = [] {
        constexpr std::chrono::sys_seconds from{std::chrono::seconds(1'700'000'000)};
        return provisioner::certificate::make(ready_made_key(0), {.name = "somebody else",
                                                                  .serial = {},
                                                                  .from = from,
                                                                  .until = from + std::chrono::days(9'000)})
            .der();
    }();
    return der;
}

}  // namespace

void meddler::meddle() {
    std::vector<sandbox::application_view> ours;
    where_.model().visit_applications([&](sandbox::application_view const& app) {
        if (!app.deleted && app.unique_name.starts_with("poolwright-")) ours.push_back(app);
    });
    // The directory shows them in no order.
    std::ranges::sort(ours, {}, &sandbox::application_view::id);
    if (ours.empty() || random_.chance(0.2)) return take_name();
    edit(random_.one_of(ours));
}

void meddler::edit(sandbox::application_view const& app) {
    auto& model = where_.model();
    auto const now = where_.time().true_wall();
    switch (random_.below(8)) {
        case 0:
            if (model.delete_application(app.tenant_id, app.id, now)) done("deletes", app);
            break;
        case 1:
            if (model.purge_application(app.tenant_id, app.id)) done("purges", app);
            break;
        case 2:
            // No name means anything but the uniqueName.
            model.rename_application(app.tenant_id, app.id, "Somebody else's");
            break;
        case 3:
            remove_credential(app);
            break;
        case 7:
            model.add_certificate(app.tenant_id, app.id, "somebody else's", foreign_certificate(), now);
            certified_.emplace(app.tenant_id, app.unique_name);
            done("adds a certificate to", app);
            break;
        case 4:
            if (app.grants.empty()) break;
            model.revoke_grant(app.tenant_id, app.id, random_.one_of(app.grants).role, now);
            done("revokes a grant of", app);
            break;
        case 5:
            model.add_foreign_application(app.tenant_id, app.display_name, "", {}, now);
            break;
        default:
            model.replace_tags(app.tenant_id, app.id, {"somebody", "else"});
            blocked_.emplace(app.tenant_id, app.unique_name);
            done("changes the tags of", app);
            break;
    }
}

void meddler::remove_credential(sandbox::application_view const& app) {
    std::vector<std::string> keys;
    for (auto const& each : app.credentials) keys.push_back(each.key_id);
    for (auto const& each : app.certificates) keys.push_back(each.key_id);
    if (keys.empty()) return;
    where_.model().remove_credential(app.tenant_id, app.id, random_.one_of(keys), where_.time().true_wall());
    done("removes a credential of", app);
}

// An application that is not ours holds a name that we have not used yet.
void meddler::take_name() {
    auto const index = random_.below(where_.options.apps.size());
    auto const tenant = to_string(where_.tenant(index));
    auto const ordinal = static_cast<std::int32_t>(random_.between(1, where_.options.apps[index] + 1));
    auto const name = provisioner::unique_name("exchange", ordinal);
    bool taken = false;
    where_.model().visit_applications([&](sandbox::application_view const& app) {
        taken = taken || (app.tenant_id == tenant && app.unique_name == name);
    });
    if (taken) return;
    where_.model().add_foreign_application(tenant, "Payroll", name, {}, where_.time().true_wall());
    touched_.emplace(tenant, name);
    blocked_.emplace(tenant, name);
    ++edits_;
    if (note) note(fmt::format("somebody else takes the name {} in {}", name, tenant));
}

void meddler::done(std::string_view what, sandbox::application_view const& app) {
    ++edits_;
    edited_.insert(app.id);
    where_.excuse(app.id);
    touched_.emplace(app.tenant_id, app.unique_name);
    if (note) note(fmt::format("somebody else {} {} in {}", what, app.unique_name, app.tenant_id));
}

}  // namespace poolwright::simulate
