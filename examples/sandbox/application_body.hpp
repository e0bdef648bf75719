#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

// What Graph accepts as the properties of an application or a service principal. Pure checks of a request's
// body, done before anything is changed.

namespace poolwright::sandbox {

// Why a body is refused; goes into the error as it is.
struct body_problem {
    std::string message;
    std::string detail_code;
    std::string property;
};

// The first property that an application cannot have: unknown, read-only, or with a value out of bounds.
std::optional<body_problem> check_application(boost::json::object const& body);

// The same for a service principal.
std::optional<body_problem> check_principal(boost::json::object const& body);

// True for what is kept as it was given: everything but the name, the tags, the unique name and the secrets.
bool is_kept_as_given(std::string_view property);

// Objects are merged property by property, as PATCH does; anything else is replaced.
void merge(boost::json::value& into, boost::json::value const& from);

}  // namespace poolwright::sandbox
