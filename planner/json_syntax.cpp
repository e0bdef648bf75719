#include "planner/json_syntax.hpp"

#include "planner/wording.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace poolwright::planner {

namespace json = boost::json;

namespace {

// No document of ours has as many keys in one object; so a hostile one cannot make the search below slow.
constexpr std::size_t most_keys = 64;

// Listens to the parser (the interface is Boost.JSON's) and remembers the keys of the objects that are open.
class key_watcher {
public:
    using error_code = json::error_code;
    static constexpr std::size_t max_object_size = most_keys;
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = 256;
    static constexpr std::size_t max_string_size = 65536;

    bool on_object_begin(error_code&) {
        open_.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error_code&) {
        open_.pop_back();
        return true;
    }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, error_code& ec) {
        key_.append(part.data(), part.size());
        auto& keys = open_.back();
        if (std::find(keys.begin(), keys.end(), key_) != keys.end()) {
            twice_ = true;
            ec = json::error::syntax;
            return false;
        }
        keys.push_back(std::exchange(key_, {}));
        return true;
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code&) { return true; }
    bool on_array_end(std::size_t, error_code&) { return true; }
    bool on_string_part(json::string_view, std::size_t, error_code&) { return true; }
    bool on_string(json::string_view, std::size_t, error_code&) { return true; }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t, json::string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) { return true; }
    bool on_double(double, json::string_view, error_code&) { return true; }
    bool on_bool(bool, error_code&) { return true; }
    bool on_null(error_code&) { return true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    // The key that stood twice, if that is why parsing ended.
    [[nodiscard]] std::optional<std::string_view> twice() const {
        return twice_ ? std::optional<std::string_view>(key_) : std::nullopt;
    }

private:
    std::vector<std::vector<std::string>> open_;
    std::string key_;
    bool twice_ = false;
};

}  // namespace

std::optional<json_fault> find_json_fault(std::string_view text) {
    json::basic_parser<key_watcher> parser{json::parse_options{}};
    json::error_code ec;
    auto const read = parser.write_some(false, text.data(), text.size(), ec);
    if (auto const key = parser.handler().twice()) {
        // The parser stopped at the closing quote.
        auto const opening = text.rfind('"', read - 1);
        return json_fault{opening, fmt::format("the key {} stands here twice", shown(*key))};
    }
    if (ec) return json_fault{read, fmt::format("this is not JSON: {}", ec.message())};
    if (read < text.size()) return json_fault{read, "there is something after the end of the document"};
    return std::nullopt;
}

}  // namespace poolwright::planner
