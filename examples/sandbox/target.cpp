#include "examples/sandbox/target.hpp"

#include <algorithm>

namespace poolwright::sandbox {
namespace {

// "'it''s'" → "it's"; nothing if it is not a quoted text.
std::optional<std::string> unquote(std::string_view text) {
    if (text.size() < 2 || !text.starts_with('\'') || !text.ends_with('\'')) return std::nullopt;
    std::string plain;
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
        plain += text[i];
        if (text[i] != '\'') continue;
        if (i + 1 == text.size() || text[i + 1] != '\'') return std::nullopt;
        ++i;
    }
    return plain;
}

// "applications(appId='x')" becomes two segments; anything else stays as it is.
void add_segment(std::vector<segment>& all, std::string text) {
    auto const open = text.find('(');
    if (open != std::string::npos && open > 0 && text.ends_with(')')) {
        auto const inner = std::string_view(text).substr(open + 1, text.size() - open - 2);
        auto const quote = inner.find('\'');
        auto value = unquote(quote == std::string_view::npos ? inner : inner.substr(quote));
        auto const name = inner.substr(0, quote == std::string_view::npos ? 0 : quote);
        if (value && (name.empty() || name.ends_with('='))) {
            all.push_back({text.substr(0, open), {}, false});
            all.push_back(
                {std::move(*value), std::string(name.substr(0, name.size() - (name.empty() ? 0 : 1))), true});
            return;
        }
    }
    all.push_back({std::move(text), {}, false});
}

}  // namespace

std::string const* target::option(std::string_view name) const noexcept {
    auto const same = [&](auto const& each) {
        std::string_view given = each.first;
        if (given.starts_with('$')) given.remove_prefix(1);
        return given == name;
    };
    auto const found = std::ranges::find_if(query, same);
    return found == query.end() ? nullptr : &found->second;
}

std::optional<target> parse_target(std::string_view text) {
    target parsed;
    auto const mark = std::min(text.find('?'), text.size());
    auto query = parse_fields(text.substr(std::min(text.size(), mark + 1)));
    if (!query) return std::nullopt;
    parsed.query = std::move(*query);
    for (auto path = text.substr(0, mark); !path.empty();) {
        auto const one = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), one.size() + 1));
        if (one.empty()) continue;
        auto decoded = percent_decode(one, false);
        if (!decoded) return std::nullopt;
        add_segment(parsed.segments, std::move(*decoded));
    }
    return parsed;
}

}  // namespace poolwright::sandbox
