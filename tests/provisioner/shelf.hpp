#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>

// Memory that can still be looked at when it has been given back, for the tests of what is wiped.

namespace poolwright::provisioner {

alignas(std::max_align_t) inline std::array<char, 65'536> shelf{};
inline std::size_t shelf_used = 0;

inline bool shelf_is_blank() {
    return std::all_of(shelf.begin(), shelf.end(), [](char c) { return c == 0; });
}

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

}  // namespace poolwright::provisioner
