#pragma once

#include "examples/sandbox/principal_view.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

// Objects of the directory as Graph writes them, with every property that it returns by default.

namespace poolwright::sandbox {

// Every property, empty: what $select may name.
boost::json::object const& blank_application();
boost::json::object const& blank_principal();

boost::json::object render(application const& app, time_point now);
boost::json::object render(principal_view const& one);

// The assignment of a role to the principal of an application; its id is made of the two ids.
boost::json::object render(principal_view const& holder, grant const& one, guid const& tenant);

// As addPassword and a create return it: with the text, this once.
boost::json::object render_with_secret(credential const& one);

// The id of an assignment (43 characters), and back: the principal and the entry. Nothing if it is not such
// an id.
std::string assignment_id(guid const& principal_id, guid const& entry);
std::optional<std::pair<guid, guid>> parse_assignment_id(std::string_view text);

// The names of a $select; empty: everything.
std::vector<std::string> selected(call const& about);

// The first name that an object of this kind does not have; null if all are known.
std::string const* unknown_selection(std::vector<std::string> const& names,
                                     boost::json::object const& example);

// Only those properties, in the order in which they were asked for.
boost::json::object pick(boost::json::object full, std::vector<std::string> const& names);

// 400: $select names a property that the type does not have.
reply unknown_property(call const& about, std::string_view property, std::string_view type);

// Adds the Location of an object that was just made. `kind`: "Application".
void add_location(service const& all, call const& about, guid const& id, std::string_view kind, reply& to);

// One object with its context, reduced by $select; 400 if that names an unknown property. `set`:
// "applications".
reply entity_reply(call const& about, int status, boost::json::object full, std::string_view set,
                   std::string_view type);

}  // namespace poolwright::sandbox
