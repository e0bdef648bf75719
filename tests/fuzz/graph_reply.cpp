#include "provisioner/graph_reply.hpp"

#include "planner/permission_profile.hpp"
#include "provisioner/judge.hpp"
#include "tests/fuzz/independent_readers.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/reply_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

// Replies of Graph and of the authority to every step, as reply_text.hpp writes them: judged, and read by
// every reader.

namespace poolwright::fuzz {

namespace {

namespace json = boost::json;
using namespace provisioner;

constexpr auto last_step = step::list_applications;

bool is_success(int status) {
    return status >= 200 && status < 300;
}

// A refusal that says the wanted state is there already. Everything else that is not a success advances
// nothing.
bool may_be_done(step what, int status) {
    if (status < 400 || status >= 500 || status == 401 || status == 429) return false;
    return what == step::grant || (what == step::remove_credential && (status == 404 || status == 400));
}

void check_meaning(step what, int status, judgement const& found) {
    if (found.what == meaning::done)
        require(is_success(status) || may_be_done(what, status), "only a success is done");
    if (found.what == meaning::name_taken)
        require(what == step::create_application && status >= 400, "a name is taken for whoever creates");
    if (found.what == meaning::already_there)
        require(what == step::create_principal && status >= 400, "a principal is there for whoever creates");
    if (found.what == meaning::absent) require(status == 404, "only 404 says that nothing is there");
    if (status == 429) require(found.what == meaning::wait, "429 means to wait");
    if (found.what == meaning::untrusted) require(false, "a reply that came is trusted");
}

void check_facts(int status, judgement const& found) {
    using throttle::reply_kind;
    bool const settled = found.what == meaning::done || found.what == meaning::already_there ||
                         found.what == meaning::name_taken || found.what == meaning::absent;
    require(settled == (found.facts.kind == reply_kind::done), "what is settled is done for the queue");
    if (found.what == meaning::wait)
        require(found.facts.kind == reply_kind::throttled || found.facts.kind == reply_kind::replicating,
                "waiting is throttling or replication");
    if (found.facts.kind == reply_kind::throttled)
        require(status == 429 || status == 503, "only 429 and 503 throttle");
    if (found.what != meaning::done)
        require(found.why.starts_with("cannot ") && found.why.size() > 10,
                "what is not done is said in words");
    if (!found.acted)
        require(status >= 400 && status < 500, "only a refusal is sure to have changed nothing");
}

void judge_all(http_reply const& reply, std::chrono::system_clock::time_point now) {
    for (unsigned i = 0; i <= static_cast<unsigned>(last_step); ++i) {
        auto const what = static_cast<step>(i);
        auto copy = http_reply{reply.status, reply.headers, reply.body.clone()};
        auto const found = judge(what, round_trip_result(std::move(copy)), now);
        check_meaning(what, reply.status, found);
        check_facts(reply.status, found);
    }
}

// A member of an object by its key, if it is a text.
std::string text_of(json::object const& object, std::string_view key) {
    auto const* found = object.if_contains(key);
    return found != nullptr && found->is_string() ? std::string(std::string_view(found->get_string()))
                                                  : std::string();
}

bool is_id(json::object const& object, std::string_view key, guid const& id) {
    auto text = text_of(object, key);
    for (char& c : text) c = c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
    return text == to_string(id);
}

void check_facts_of(application_facts const& facts, json::object const* document) {
    require(!facts.object_id.empty() && !facts.application_id.empty(), "an application has both of its ids");
    require(std::none_of(facts.credentials.begin(), facts.credentials.end(),
                         [](guid const& key) { return key.empty(); }),
            "a credential has its key id");
    if (document == nullptr) return;
    require(is_id(*document, "id", facts.object_id) && is_id(*document, "appId", facts.application_id),
            "the ids are those of the document");
    require(text_of(*document, "uniqueName") == facts.unique_name, "the name is that of the document");
    auto const* tags = document->if_contains("tags");
    auto const& all = tags != nullptr && tags->is_array() ? tags->get_array() : json::array();
    bool const tagged = std::find(all.begin(), all.end(), json::value("poolwright")) != all.end();
    require(facts.ours == tagged, "an application is ours if it carries the tag, and only then");
    if (!facts.intent.empty())
        require(std::find(all.begin(), all.end(), json::value("poolwright:intent=" + to_hex(facts.intent))) !=
                        all.end() ||
                    std::any_of(all.begin(), all.end(),
                                [](json::value const& each) {
                                    return each.is_string() &&
                                           each.get_string().starts_with("poolwright:intent=");
                                }),
                "an intent is that of a tag");
}

void read_applications(http_reply const& reply, json::object const* document) {
    if (auto const made = read_created_application(reply)) {
        check_facts_of(made->facts, document);
        require(made->key_id.empty() == made->secret_text.empty(), "a secret comes with its key id");
        if (!made->secret_text.empty())
            require(reply.body.reveal().find("secretText") != std::string_view::npos ||
                        reply.body.reveal().find("\\u") != std::string_view::npos,
                    "a secret is one that the reply brought");
    }
    if (auto const facts = read_application(reply)) check_facts_of(*facts, document);
    if (auto const page = read_application_page(reply)) {
        for (auto const& facts : page->applications) check_facts_of(facts, nullptr);
        if (document != nullptr)
            require(page->next == text_of(*document, "@odata.nextLink"), "the next page is the reply's");
    }
    if (auto const made = read_created_credential(reply)) {
        require(!made->key_id.empty() && !made->secret_text.empty(), "a credential has an id and a secret");
        if (document != nullptr)
            require(made->secret_text.reveal() == text_of(*document, "secretText"), "whole");
    }
}

void read_others(http_reply const& reply, json::object const* document) {
    if (auto const id = read_object_id(reply); !id.empty() && document != nullptr)
        require(is_id(*document, "id", id), "the object id is that of the document");
    for (auto const& profile : planner::built_in_profiles()) {
        for (auto const& resource : profile.resources) {
            auto const roles = read_roles(reply, resource);
            if (!roles) continue;
            require(roles->size() == resource.permissions.size(), "there is a role for every permission");
            for (auto const& role : *roles)
                require(!role.role.empty() && !role.resource_principal.empty(), "a role has its ids");
        }
    }
    if (auto const page = read_grant_page(reply); page && document != nullptr)
        require(page->grants.size() <= document->at("value").get_array().size(), "no grant is made up");
}

}  // namespace

void fuzz(std::string_view bytes) {
    input in(bytes);
    auto const now = std::chrono::system_clock::time_point(std::chrono::seconds(1'790'000'000));
    auto const reply = reply_of(in.rest());
    judge_all(reply, now);

    boost::system::error_code failed;
    auto const value = json::parse(reply.body.reveal(), failed);
    auto const* const document = failed ? nullptr : value.if_object();
    read_applications(reply, document);
    read_others(reply, document);
    bool const read = read_application(reply).has_value() || read_grant_page(reply).has_value();
    require(!read || document != nullptr, "what is not JSON to others is not to us");
}

}  // namespace poolwright::fuzz
