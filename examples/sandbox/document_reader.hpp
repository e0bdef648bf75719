#pragma once

#include <boost/json/object.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Reads values of a JSON document and collects what is wrong. Every reader returns a value to go on with, so
// that all problems are found at once. Used for the faults file.

namespace poolwright::sandbox {

class document_reader {
public:
    // Each in a sentence that begins with its place: "rules[2].status: …".
    std::vector<std::string> problems;

    static std::string at(std::string const& place, std::string_view key) {
        return fmt::format("{}.{}", place, key);
    }
    void problem(std::string const& place, std::string const& text) {
        problems.push_back(place + ": " + text);
    }

    void check_keys(boost::json::object const& object, std::string const& place,
                    std::span<std::string_view const> known);

    // "" if it is not there.
    std::string text(boost::json::object const& object, std::string const& place, std::string_view key,
                     bool required);

    // 0 if it is not there.
    double number(boost::json::object const& object, std::string const& place, std::string_view key,
                  double low, double high);

    // The value beside the text; a text that is not in the table is a problem. `table`: pairs.
    template <class Table, class Value>
    Value choice(boost::json::object const& object, std::string const& place, std::string_view key,
                 Table const& table, Value otherwise) {
        auto const name = text(object, place, key, true);
        auto const found =
            std::ranges::find(table, std::string_view(name), [](auto const& each) { return each.first; });
        if (found != std::ranges::end(table)) return found->second;
        std::string known;
        for (auto const& each : table) known += (known.empty() ? "" : ", ") + std::string(each.first);
        if (!name.empty()) problem(at(place, key), fmt::format("'{}' is not one of {}", name, known));
        return otherwise;
    }
};

}  // namespace poolwright::sandbox
