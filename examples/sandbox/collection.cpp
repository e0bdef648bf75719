#include "examples/sandbox/collection.hpp"

#include "examples/sandbox/encoding.hpp"
#include "examples/sandbox/render.hpp"

#include <fmt/format.h>

#include <charconv>

namespace poolwright::sandbox {
namespace {

namespace json = boost::json;

constexpr std::string_view page_token_prefix = "RFNwdAIAAQAA";

std::string page_token(std::uint64_t position) {
    return std::string(page_token_prefix) + base64url_encode(std::to_string(position));
}

std::optional<std::uint64_t> parse_page_token(std::string_view text) {
    if (!text.starts_with(page_token_prefix)) return std::nullopt;
    auto const digits = base64_decode(text.substr(page_token_prefix.size()));
    std::uint64_t position = 0;
    if (!digits || digits->empty()) return std::nullopt;
    auto const end = digits->data() + digits->size();
    auto const [stop, error] = std::from_chars(digits->data(), end, position);
    return error == std::errc() && stop == end ? std::optional(position) : std::nullopt;
}

bool is_eventual(call const& about) {
    return about.header("ConsistencyLevel") == "eventual";
}

bool wants_count(call const& about) {
    auto const* const count = about.where.option("count");
    return is_eventual(about) && count != nullptr && *count == "true";
}

// What the query asks for, once it is known to be sound.
struct query {
    std::size_t page_size = 100;
    std::uint64_t after = 0;
    filter only;
    std::vector<std::string> names;
};

std::optional<reply> read_page(call const& about, query& into) {
    if (auto const* const top = about.where.option("top")) {
        auto const [stop, error] = std::from_chars(top->data(), top->data() + top->size(), into.page_size);
        auto const whole = error == std::errc() && stop == top->data() + top->size();
        if (!whole || into.page_size < 1 || into.page_size > 999) {
            return graph_error(
                about, 400, "Request_UnsupportedQuery",
                fmt::format("Invalid page size specified: '{}'. Must be between 1 and 999 inclusive.", *top));
        }
    }
    if (auto const* const token = about.where.option("skiptoken")) {
        auto const after = parse_page_token(*token);
        if (!after) {
            return graph_error(
                about, 400, "DirectoryPageTokenNotFoundException",
                "The specified page token value has expired and can no longer be included in your "
                "request.");
        }
        into.after = *after;
    }
    return std::nullopt;
}

std::optional<reply> refuse_unsupported(call const& about) {
    if (about.where.option("search") != nullptr && !is_eventual(about)) {
        return graph_error(
            about, 400, "Request_UnsupportedQuery",
            "Request with $search query parameter only works through MSGraph with a special request "
            "header: 'ConsistencyLevel: eventual'");
    }
    for (auto const option : {"search", "orderby", "expand", "skip"}) {
        if (about.where.option(option) == nullptr) continue;
        return graph_error(about, 400, "Request_UnsupportedQuery",
                           fmt::format("The query parameter ${} is not supported for this request.", option));
    }
    return std::nullopt;
}

std::optional<reply> read_query(call const& about, collection const& of, query& into) {
    if (auto refusal = refuse_unsupported(about)) return refusal;
    if (auto refusal = read_page(about, into)) return refusal;
    into.names = selected(about);
    if (auto const* const unknown = unknown_selection(into.names, *of.example)) {
        return unknown_property(about, *unknown, of.type);
    }
    if (auto const* const text = about.where.option("filter")) {
        auto parsed = parse_filter(*text, of.filtering, wants_count(about));
        if (!parsed) return graph_error(about, 400, parsed.error().code, parsed.error().message);
        into.only = std::move(*parsed);
    }
    return std::nullopt;
}

bool belongs(collection const& of, query const& asked, std::size_t index) {
    return asked.only.alternatives.empty() ||
           holds(asked.only, [&](std::string_view property) { return of.values(index, property); });
}

std::vector<std::size_t> matching(collection const& of, query const& asked) {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < of.size; ++i) {
        if (of.position(i) > asked.after && belongs(of, asked, i)) found.push_back(i);
    }
    return found;
}

// The same request with another page token.
std::string next_link(service const& all, call const& about, collection const& of, std::uint64_t after) {
    auto link = fmt::format("{}/v1.0/{}?", all.options.base_url, of.path);
    for (auto const& [name, value] : about.where.query) {
        if (name == "$skiptoken") continue;
        link += fmt::format("{}={}&", name, percent_encode(value));
    }
    return link + "$skiptoken=" + page_token(after);
}

}  // namespace

reply list_reply(service& all, call const& about, collection const& of) {
    query asked;
    if (auto refusal = read_query(about, of, asked)) return std::move(*refusal);
    auto const found = matching(of, asked);
    auto const paged = asked.after > 0 || found.size() > asked.page_size;
    auto const empty_page = paged && !found.empty() && all.random.below(16) == 0;
    auto const shown = empty_page ? 0 : std::min(found.size(), asked.page_size);

    auto const chosen =
        asked.names.empty() ? std::string() : fmt::format("({})", fmt::join(asked.names, ","));
    json::object body{{"@odata.context", metadata_context(fmt::format("{}{}", of.set, chosen))}};
    if (wants_count(about) && asked.after == 0) body["@odata.count"] = found.size();
    if (shown < found.size()) {
        body["@odata.nextLink"] =
            next_link(all, about, of, shown == 0 ? asked.after : of.position(found[shown - 1]));
    }
    json::array values;
    for (std::size_t i = 0; i < shown; ++i) values.push_back(pick(of.render(found[i]), asked.names));
    body["value"] = std::move(values);
    return json_reply(200, body);
}

reply count_reply(call const& about, collection const& of) {
    if (!is_eventual(about)) return bad_request(about, "$count is not currently supported.");
    query asked;
    if (auto refusal = read_query(about, of, asked)) return std::move(*refusal);
    return plain_text(std::to_string(matching(of, asked).size()));
}

}  // namespace poolwright::sandbox
