#pragma once

#include "examples/sandbox/inspection.hpp"
#include "examples/sandbox/message.hpp"
#include "examples/sandbox/settings.hpp"
#include "examples/sandbox/statistics.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

// The whole of Microsoft Graph and its authority, as far as this project needs it, as one pure model: a
// request and the moment of its arrival in, a reply out. It asks neither for the time nor for randomness that
// is not seeded. graph-sandbox puts an HTTPS server around it; simulations drive it in virtual time.

namespace poolwright::sandbox {

struct service;

class directory_model {
public:
    explicit directory_model(settings given);
    directory_model(directory_model&&) noexcept;
    directory_model& operator=(directory_model&&) noexcept;
    ~directory_model();

    // Acts at `now`, the arrival; the reply is to be sent reply::delay later. Times must not run backwards.
    reply handle(request const& message, time_point now);

    // --- Keeping the directory across restarts: replay every line of the journal, begin the session, then
    // write a snapshot as the new journal.

    // False if the line is damaged; it then changes nothing.
    bool replay(std::string_view line);
    // Gives this start random numbers of its own, so that no id is made twice.
    void begin_session();
    // The lines of a journal that leads straight to the present state.
    void snapshot(std::function<void(std::string_view line)> const& write) const;

    // --- For tests: what there is.

    [[nodiscard]] statistics const& counted() const noexcept;
    [[nodiscard]] inventory take_inventory() const;
    // The document of GET /sandbox/stats.
    [[nodiscard]] std::string stats_document() const;
    // Deleted ones too, tenant by tenant in no order, within a tenant in the order of creation.
    void visit_applications(std::function<void(application_view const&)> const& visit) const;

    // The one with that object id or application id, or with that service principal; deleted ones too.
    [[nodiscard]] std::optional<application_view> find_application(std::string_view tenant,
                                                                   std::string_view id) const;

    // --- For tests: what somebody else does in a portal, seen at once by everybody. False if there is no
    // such thing. Ids as in application_view; `tenant` may be a domain.

    bool delete_application(std::string_view tenant, std::string_view id, time_point now);
    // Deletes it for good, also one that was deleted before: its name is free.
    bool purge_application(std::string_view tenant, std::string_view id);
    bool rename_application(std::string_view tenant, std::string_view id, std::string_view display_name);
    bool replace_tags(std::string_view tenant, std::string_view id, std::vector<std::string> const& tags);
    bool remove_credential(std::string_view tenant, std::string_view id, std::string_view key_id,
                           time_point now);
    bool add_certificate(std::string_view tenant, std::string_view id, std::string_view name,
                         std::string_view der, time_point now);
    bool revoke_grant(std::string_view tenant, std::string_view id, std::string_view role, time_point now);
    // An application that nobody here made; gives its object id. An empty `unique_name`: none.
    std::string add_foreign_application(std::string_view tenant, std::string_view display_name,
                                        std::string_view unique_name, std::vector<std::string> const& tags,
                                        time_point now);

    // The secret and the certificates of an identity that every tenant knows end at that moment; false if
    // there is no such identity.
    bool end_credentials(std::string_view client_id, time_point at);

    // Another tool that calls as the same application writes so often; gives how many were let through.
    std::int64_t write_elsewhere(std::string_view client_id, std::int64_t writes, time_point now);

    // For the application with that id, as a person's consent would leave it.
    std::string issue_refresh_token(std::string_view client_id, time_point now);

    // For links in replies: known only once the server listens.
    void set_base_url(std::string url);

private:
    std::unique_ptr<service> all_;
    std::uint64_t session_ = 0;
};

}  // namespace poolwright::sandbox
