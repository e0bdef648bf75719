#pragma once

#include "examples/sandbox/directory_model.hpp"
#include "provisioner/guid.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Watches what one client sends, and says what it must never do. It knows the client only by its requests.

namespace poolwright::simulate {

// What a 429 forbids, to whom, and until when.
struct told_to_wait {
    std::chrono::nanoseconds until;
    std::string_view scope;  // Tenant_Application, Tenant, Application, or empty: not said
    bool only_writes = false;
};

class witness {
public:
    // Whether that is the intent of an application that this client's ledger made.
    using intent_book = std::function<bool(std::string_view intent)>;

    witness(sandbox::directory_model const& model, intent_book is_ours)
        : model_(model), is_ours_(std::move(is_ours)) {}

    // The client begins to send.
    void sending(sandbox::request const& asked, std::chrono::nanoseconds now);
    // It gave up, or has its reply. `wait`: what a 429 told it.
    void answered(sandbox::request const& asked, sandbox::reply const* reply, told_to_wait const* wait,
                  std::chrono::nanoseconds now);
    // The request reaches the directory, perhaps long after.
    void arriving(sandbox::request const& asked);

    // Somebody else edits the application under a running process, which cannot know.
    void excuse(std::string const& object_id) { excused_.insert(object_id); }

    // The process is gone, and with it what it knew of calls under way. What Graph told it to wait for it has
    // recorded, if `remembers`, unless it died at that moment.
    void process_ended(bool remembers, std::chrono::nanoseconds died);

    // What was seen that must not be, as sentences; each is told once.
    [[nodiscard]] std::vector<std::string> take_broken() { return std::exchange(broken_, {}); }

private:
    struct caller {
        std::string client;
        std::string tenant;
    };

    [[nodiscard]] caller caller_of(sandbox::request const& asked) const;
    void check_waits(sandbox::request const& asked, std::chrono::nanoseconds now);
    void check_replaced(sandbox::request const& asked, sandbox::application_view const& app);
    void check_target(sandbox::request const& asked, sandbox::application_view const& app);

    sandbox::directory_model const& model_;
    intent_book is_ours_;
    std::map<std::string, caller, std::less<>> bearers_;  // who holds which token
    struct hold {
        std::chrono::nanoseconds from{0};  // what happens at the same instant may be before it
        std::chrono::nanoseconds until{0};
    };
    // By whom and where. One that names a longer wait than the one before is another: a process may die
    // between the two.
    std::map<std::string, std::vector<hold>> held_;
    std::set<std::string> writing_;  // objects
    std::set<std::string> excused_;  // object ids
    std::vector<std::string> broken_;
};

}  // namespace poolwright::simulate
