#pragma once

#include "provisioner/secret.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string_view>

// JSON in bodies that may hold a secret: parsed into memory that is wiped, written into a secret. Reading
// never throws and never trusts: a missing, null or wrongly typed field is empty.

namespace poolwright::provisioner {

// A parsed document whose memory is wiped when it ends. Nested deeper than 32 levels, or not JSON: nothing.
class json_body {
public:
    static std::optional<json_body> parse(std::string_view text);

    // The document, if it is an object.
    [[nodiscard]] boost::json::object const* object() const noexcept { return value_.if_object(); }

private:
    explicit json_body(boost::json::value&& value) : value_(std::move(value)) {}
    boost::json::value value_;
};

// The document as the body of a request.
secret to_body(boost::json::object const& document);

// A member by its name, of that type; empty or null otherwise.
std::string_view text_at(boost::json::object const& object, std::string_view key) noexcept;
boost::json::object const* object_at(boost::json::object const& object, std::string_view key) noexcept;
boost::json::array const* array_at(boost::json::object const& object, std::string_view key) noexcept;

}  // namespace poolwright::provisioner
