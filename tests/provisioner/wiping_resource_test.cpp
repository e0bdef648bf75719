#include "provisioner/wiping_resource.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

TEST_SUITE_BEGIN("provisioner");

namespace {

namespace json = boost::json;
using poolwright::provisioner::wiping_resource;

// Memory that can still be looked at when it has been given back.
alignas(std::max_align_t) std::array<char, 65'536> shelf{};
std::size_t shelf_used = 0;

template <class T>
struct shelf_allocator {
    T* allocate(std::size_t n) {
        REQUIRE(shelf_used + n * sizeof(T) <= shelf.size());
        T* const place = reinterpret_cast<T*>(shelf.data() + shelf_used);
        shelf_used += n * sizeof(T);
        return place;
    }
    void deallocate(T*, std::size_t) noexcept {}
};

bool is_blank() {
    return std::all_of(shelf.begin(), shelf.end(), [](char c) { return c == 0; });
}

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
            REQUIRE_FALSE(is_blank());
        }
        REQUIRE(is_blank());
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
            REQUIRE_FALSE(is_blank());
        }
        REQUIRE(is_blank());
    }
}

TEST_SUITE_END();
