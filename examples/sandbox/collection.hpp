#pragma once

#include "examples/sandbox/filter.hpp"
#include "examples/sandbox/replies.hpp"

#include <boost/json/object.hpp>

#include <functional>

// Lists: $filter, $select, $top, $count and paging, the same for every kind of object.

namespace poolwright::sandbox {

// The objects of one list, as functions of their index; in the order in which pages show them.
struct collection {
    std::string_view path;  // below /v1.0, for the link to the next page
    std::string_view set;   // "applications"
    std::string_view type;  // "application"
    filterable filtering;
    std::size_t size = 0;
    std::function<std::uint64_t(std::size_t)> position;  // rises; survives changes of the list
    std::function<std::vector<std::string>(std::size_t, std::string_view property)> values;
    std::function<boost::json::object(std::size_t)> render;
    boost::json::object const* example = nullptr;  // has every property that $select may name
};

// One page: 100 objects unless $top says otherwise. Where a list does not fit into one page, one page in
// sixteen comes empty, with a link to the next: clients must go on until there is none.
reply list_reply(service& all, call const& about, collection const& of);

// text/plain; needs ConsistencyLevel: eventual.
reply count_reply(call const& about, collection const& of);

}  // namespace poolwright::sandbox
