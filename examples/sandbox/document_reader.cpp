#include "examples/sandbox/document_reader.hpp"

namespace poolwright::sandbox {

void document_reader::check_keys(boost::json::object const& object, std::string const& place,
                                 std::span<std::string_view const> known) {
    for (auto const& [key, value] : object) {
        if (std::ranges::find(known, std::string_view(key)) == known.end()) {
            problem(at(place, key), fmt::format("unknown key; known are {}", fmt::join(known, ", ")));
        }
    }
}

std::string document_reader::text(boost::json::object const& object, std::string const& place,
                                  std::string_view key, bool required) {
    auto const* const value = object.if_contains(key);
    if (value != nullptr && value->is_string()) return std::string(value->get_string());
    if (value != nullptr || required) problem(at(place, key), "a text is needed");
    return {};
}

double document_reader::number(boost::json::object const& object, std::string const& place,
                               std::string_view key, double low, double high) {
    auto const* const value = object.if_contains(key);
    if (value == nullptr) return 0;
    boost::system::error_code error;
    auto const read = value->is_number() ? value->to_number<double>(error) : low - 1;
    if (read >= low && read <= high) return read;
    problem(at(place, key), fmt::format("a number from {} to {} is needed", low, high));
    return 0;
}

}  // namespace poolwright::sandbox
