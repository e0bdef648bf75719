#include "provisioner/wiping_resource.hpp"

#include "tests/provisioner/shelf.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <cstddef>
#include <string>

TEST_SUITE_BEGIN("provisioner");

namespace {

namespace json = boost::json;
using poolwright::provisioner::shelf_allocator;
using poolwright::provisioner::shelf_is_blank;
using poolwright::provisioner::shelf_used;
using poolwright::provisioner::wiping_resource;

std::string document_of(std::size_t size) {
    std::string const text(size, 's');
    return R"({"a":")" + text + R"(","list":[")" + text + R"(",1],")" + text + R"(":{"b":null}})";
}

}  // namespace

TEST_CASE("what held a document is blank when it is given back, whatever its length") {
    wiping_resource<shelf_allocator> wiping;
    for (std::size_t size = 1; size < 1'500; ++size) {
        shelf_used = 0;
        {
            auto const value = json::parse(document_of(size), json::storage_ptr(&wiping));
            REQUIRE(value.is_object());
            REQUIRE_FALSE(shelf_is_blank());
        }
        REQUIRE(shelf_is_blank());
    }
}

TEST_CASE("a block is blank to its end, however full it was") {
    wiping_resource<shelf_allocator> wiping;
    for (std::size_t size = 1; size < 1'500; ++size) {
        shelf_used = 0;
        {
            json::monotonic_resource blocks(1024, &wiping);
            auto const value = json::parse(document_of(size), &blocks);
            REQUIRE(value.is_object());
            REQUIRE_FALSE(shelf_is_blank());
        }
        REQUIRE(shelf_is_blank());
    }
}

TEST_SUITE_END();
