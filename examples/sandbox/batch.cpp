#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/passage.hpp"
#include "examples/sandbox/replies.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::size_t most_items = 20;

struct item {
    std::string id;
    request message;
    std::vector<std::string> depends_on;  // ids in lower case
};

struct outcome {
    reply answer;
    time_point ends;
};
using outcomes = std::map<std::string, outcome, std::less<>>;  // by id in lower case

std::string lower(std::string_view text) {
    std::string made(text);
    std::ranges::transform(made, made.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return made;
}

reply refused(call const& about, std::string_view message) {
    return graph_error(about, 400, "BadRequest", message);
}

reply malformed(call const& about) {
    return refused(about, "Invalid batch payload format.");
}

std::string text_at(json::object const& from, std::string_view name) {
    auto const* const value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The item's headers; it asks as the caller of the batch unless it brings a token of its own.
header_list headers_of(call const& about, json::object const& from) {
    header_list all;
    auto const* const given = from.if_contains("headers");
    if (given != nullptr && given->is_object()) {
        for (auto const& [name, value] : given->get_object()) {
            if (value.is_string()) all.emplace_back(name, value.get_string());
        }
    }
    if (find_header(all, "Authorization").empty())
        all.emplace_back("Authorization", about.header("Authorization"));
    return all;
}

std::optional<std::vector<std::string>> dependencies_of(json::object const& from) {
    std::vector<std::string> all;
    auto const* const given = from.if_contains("dependsOn");
    if (given == nullptr || given->is_null()) return all;
    if (!given->is_array()) return std::nullopt;
    for (auto const& each : given->get_array()) {
        if (!each.is_string()) return std::nullopt;
        all.push_back(lower(each.get_string()));
    }
    return all;
}

std::optional<item> read_item(call const& about, json::value const& from) {
    auto const* const given = from.if_object();
    if (given == nullptr) return std::nullopt;
    auto depends_on = dependencies_of(*given);
    item read{text_at(*given, "id"), {text_at(*given, "method"), text_at(*given, "url"), {}, {}}, {}};
    if (!depends_on || read.id.empty() || read.message.method.empty() || read.message.target.empty()) {
        return std::nullopt;
    }
    auto const rooted = read.message.target.starts_with('/');
    read.message.target.insert(0, rooted ? "/v1.0" : "/v1.0/");
    read.message.headers = headers_of(about, *given);
    if (auto const* const body = given->if_contains("body")) read.message.body = json::serialize(*body);
    read.depends_on = std::move(*depends_on);
    return read;
}

bool is_write(std::string_view method) {
    return method == "POST" || method == "PATCH" || method == "PUT";
}

// One item beside those before it.
std::optional<reply> refuse_item(call const& about, item const& one, std::vector<item> const& before) {
    auto const same = [&](item const& other) { return lower(other.id) == lower(one.id); };
    if (std::ranges::any_of(before, same)) {
        return refused(about, fmt::format("Request Id {} has to be unique in a batch.", one.id));
    }
    auto const typed = !find_header(one.message.headers, "Content-Type").empty();
    if (is_write(one.message.method) && (one.message.body.empty() || !typed)) {
        // As seen in msgraph-sdk-dotnet issue 2628.
        return refused(
            about,
            fmt::format("Write request id : {} does not contain Content-Type header or body.", one.id));
    }
    return std::nullopt;
}

boost::system::result<std::vector<item>, reply> read_items(call const& about) {
    auto const body = json_body(about);
    auto const* const requests = body ? body->if_contains("requests") : nullptr;
    if (requests == nullptr || !requests->is_array()) return malformed(about);
    if (requests->get_array().size() > most_items) {
        return refused(about, "Number of requests inside batch exceed the limit.");
    }
    std::vector<item> all;
    for (auto const& each : requests->get_array()) {
        auto read = read_item(about, each);
        if (!read) return malformed(about);
        if (auto refusal = refuse_item(about, *read, all)) return std::move(*refusal);
        all.push_back(std::move(*read));
    }
    return all;
}

// Every item behind those that it depends on; nothing if one depends on what is not there, or on itself.
std::optional<std::vector<item>> in_order(std::vector<item> waiting) {
    std::vector<item> ordered;
    auto const is_done = [&](std::string const& id) {
        return std::ranges::any_of(ordered, [&](item const& each) { return lower(each.id) == id; });
    };
    while (!waiting.empty()) {
        auto const next = std::ranges::find_if(
            waiting, [&](item const& each) { return std::ranges::all_of(each.depends_on, is_done); });
        if (next == waiting.end()) return std::nullopt;
        ordered.push_back(std::move(*next));
        waiting.erase(next);
    }
    return ordered;
}

// What a connection could not carry reaches the caller as the service's own time-out.
reply carried(call const& about, reply made) {
    if (made.how == effect::none) return made;
    auto lost = graph_error(about, 504, "UnknownError", "");
    lost.delay = made.delay;
    return lost;
}

outcome run(service& all, call const& about, item const& one, outcomes const& done) {
    auto starts = about.now;
    for (auto const& id : one.depends_on) {
        auto const& before = done.at(id);
        starts = std::max(starts, before.ends);
        if (before.answer.status < 400) continue;
        return {graph_error(about, 424, "FailedDependency",
                            "Execution of request failed because one of the requests it depends on failed."),
                before.ends};
    }
    auto made = carried(about, pass_item(all, one.message, starts));
    auto const ends = starts + made.delay;
    return {std::move(made), ends};
}

// Headers that belong to the connection, or to the batch as a whole, do not stand at an item.
json::object shown_headers(reply const& answer) {
    static constexpr std::array<std::string_view, 5> outer{"Date", "Strict-Transport-Security", "request-id",
                                                           "client-request-id", "x-ms-ags-diagnostic"};
    json::object shown;
    for (auto const& [name, value] : answer.headers) {
        if (std::ranges::find(outer, std::string_view(name)) == outer.end()) shown[name] = value;
    }
    return shown;
}

json::object render(item const& one, reply const& answer) {
    json::object shown{{"id", one.id}, {"status", answer.status}, {"headers", shown_headers(answer)}};
    if (answer.body.empty()) return shown;
    // The value of a JSON type is itself, that of a text type a string (OData JSON 4.01, 19.3).
    auto const is_json =
        find_header(answer.headers, "Content-Type").find("application/json") != std::string_view::npos;
    shown["body"] = is_json ? json::parse(answer.body) : json::value(answer.body);
    return shown;
}

// Graph promises no order, so there is none.
void shuffle(json::array& all, generator& random) {
    for (auto left = all.size(); left > 1; --left) all[left - 1].swap(all[random.below(left)]);
}

}  // namespace

reply post_batch(service& all, call const& about) {
    auto items = read_items(about);
    if (!items) return items.error();
    auto const ordered = in_order(std::move(*items));
    if (!ordered) return malformed(about);
    outcomes done;
    json::array responses;
    auto ends = about.now;
    for (auto const& each : *ordered) {
        auto one = run(all, about, each, done);
        ends = std::max(ends, one.ends);
        responses.push_back(render(each, one.answer));
        done.emplace(lower(each.id), std::move(one));
    }
    shuffle(responses, all.random);
    auto made = json_reply(200, {{"responses", std::move(responses)}});
    made.delay = ends - about.now;
    return made;
}

}  // namespace poolwright::sandbox
