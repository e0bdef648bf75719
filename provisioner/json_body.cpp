#include "provisioner/json_body.hpp"

#include "provisioner/wiping_resource.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/storage_ptr.hpp>

#include <array>
#include <cstddef>

namespace poolwright::provisioner {
namespace json = boost::json;

std::optional<json_body> json_body::parse(std::string_view text) {
    static wiping_resource<> wiping;
    // A document is made at once and ends at once: its values lie side by side in a block or two, which are
    // wiped and given back with it.
    constexpr std::size_t block = 4096;
    auto const memory = json::make_shared_resource<json::monotonic_resource>(block, &wiping);
    // The parser keeps unfinished strings in its buffer; ours, so that it can be wiped too.
    std::array<unsigned char, 4096> buffer{};
    boost::system::error_code failed;
    std::optional<json_body> result;
    {
        json::parser parser(json::storage_ptr(&wiping), json::parse_options(), buffer.data(), buffer.size());
        parser.reset(memory);
        parser.write(text.data(), text.size(), failed);
        if (!failed) result = json_body(parser.release());
    }
    sodium_memzero(buffer.data(), buffer.size());
    return result;
}

secret to_body(json::object const& document) {
    wiped_string out;
    json::serializer writer;
    writer.reset(&document);
    std::array<char, 4096> piece{};
    while (!writer.done()) out.append(writer.read(piece.data(), piece.size()));
    sodium_memzero(piece.data(), piece.size());
    return secret(std::move(out));
}

std::string_view text_at(json::object const& object, std::string_view key) noexcept {
    auto const* value = object.if_contains(key);
    auto const* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string_view() : std::string_view(*text);
}

json::object const* object_at(json::object const& object, std::string_view key) noexcept {
    auto const* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_object();
}

json::array const* array_at(json::object const& object, std::string_view key) noexcept {
    auto const* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

}  // namespace poolwright::provisioner
