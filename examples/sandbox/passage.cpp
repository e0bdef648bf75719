#include "examples/sandbox/passage.hpp"

#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/gate.hpp"
#include "examples/sandbox/tenant_faults.hpp"
#include "examples/sandbox/timestamps.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

constexpr std::string_view diagnostic =
    R"({"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"SANDBOX000"}})";

// One request on its way; members, because every station adds to them.
struct passage {
    service& all;
    call about;
    route const* which;
    std::optional<fault> struck;
    header_list spent;
};

bool struck_by(passage const& one, fault_kind kind) {
    return one.struck && one.struck->kind == kind;
}

reply pass_gates(passage& one) {
    auto const is_graph = one.which->where == area::graph;
    if (is_graph) {
        if (auto refusal = authenticate(one.all, one.about)) return std::move(*refusal);
    }
    if (struck_by(one, fault_kind::status)) return planted_reply(one.all, one.about, *one.which, *one.struck);
    if (is_graph) {
        if (auto refusal = charge(one.all, one.about, *one.which, one.spent)) return std::move(*refusal);
        if (auto refusal = refuse_permission(one.about, *one.which)) return std::move(*refusal);
    }
    auto made = one.which->run(one.all, one.about);
    if (struck_by(one, fault_kind::status_after)) {
        return planted_reply(one.all, one.about, *one.which, *one.struck);
    }
    return made;
}

effect effect_of(std::optional<fault> const& struck) {
    if (!struck) return effect::none;
    switch (struck->kind) {
        case fault_kind::reset_after:
            return effect::reset_after;
        case fault_kind::truncate:
            return effect::truncate;
        default:
            return effect::none;
    }
}

reply answer(passage& one) {
    if (struck_by(one, fault_kind::reset_before)) {
        reply dropped;
        dropped.status = 0;
        dropped.how = effect::reset_before;
        return dropped;
    }
    auto made = pass_gates(one);
    made.how = effect_of(one.struck);
    return made;
}

void count(passage& one, int status) {
    if (one.which->where == area::sandbox) return;
    ++one.all.counted.requests[one.which->name()][status];
    if (status == 429) ++one.all.counted.throttled;
}

void add_authority_headers(header_list& headers, call const& about) {
    headers.emplace_back("x-ms-request-id", to_string(about.request_id));
    headers.emplace_back("client-request-id", about.client_request_id);
    headers.emplace_back("Cache-Control", "no-store, no-cache");
    headers.emplace_back("Pragma", "no-cache");
}

void add_graph_headers(header_list& headers, call const& about) {
    headers.emplace_back("request-id", to_string(about.request_id));
    headers.emplace_back("client-request-id", about.client_request_id);
    headers.emplace_back("x-ms-ags-diagnostic", diagnostic);
    headers.emplace_back("OData-Version", "4.0");
    headers.emplace_back("Cache-Control", "no-store");
}

void add_headers(reply& made, passage const& one) {
    auto& headers = made.headers;
    if (one.which != nullptr && one.which->where == area::authority) {
        add_authority_headers(headers, one.about);
    } else if (one.which == nullptr || one.which->where != area::download) {
        add_graph_headers(headers, one.about);
    }
    headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
    headers.emplace_back("Date", http_date(one.about.now));
    headers.insert(headers.end(), one.spent.begin(), one.spent.end());
}

// The authority answers by the clock of the tenant in its path.
void set_clock_of_path(service const& all, call& about) {
    if (about.where.keys.empty()) return;
    if (auto const tenant = tenant_named(about.where.keys.front().value)) set_clock(all, about, *tenant);
}

// The start of a passage: who asks is not known yet.
passage begin(service& all, request const& message, target const& where, route const* which, time_point now) {
    passage one{
        all, {message, where, now, all.options.latency, all.random.new_guid(), {}, {}, now}, which, {}, {}};
    auto const given = find_header(message.headers, "client-request-id");
    one.about.client_request_id = given.empty() ? to_string(all.random.new_guid()) : std::string(given);
    if (which == nullptr || which->where == area::sandbox) return one;
    if (which->where == area::authority) set_clock_of_path(all, one.about);
    one.struck = all.faults.strike(which->name(), all.random);
    if (one.struck) one.about.duration += one.struck->delay;
    return one;
}

// Counts what was answered and adds what every reply carries.
reply finish(passage& one, reply made) {
    if (one.which != nullptr) count(one, made.status);
    add_headers(made, one);
    made.delay = std::max(made.delay, one.about.duration);
    return made;
}

}  // namespace

reply pass(service& all, request const& message, time_point now) {
    auto where = parse_target(message.target);
    auto const is_sound = where.has_value();
    if (!is_sound) where.emplace();
    auto const match = find_route(message.method, *where);
    auto one = begin(all, message, *where, match.found, now);
    if (!is_sound)
        return finish(one, graph_error(one.about, 400, "BadRequest", "The request target is not valid."));
    if (match.found == nullptr) return finish(one, no_route(one.about, match.path_known));
    auto made = answer(one);
    return finish(one, std::move(made));
}

reply pass_item(service& all, request const& message, time_point now) {
    auto where = parse_target(message.target).value_or(target());
    auto const match = find_route(message.method, where);
    auto const is_batch = match.found != nullptr && match.found->run == post_batch;
    auto one = begin(all, message, where, is_batch ? nullptr : match.found, now);
    if (one.which == nullptr) {
        auto const known = match.path_known && !is_batch;
        return finish(one,
                      known ? no_route(one.about, true) : graph_error(one.about, 404, "UnknownError", ""));
    }
    auto made = answer(one);
    return finish(one, std::move(made));
}

}  // namespace poolwright::sandbox
