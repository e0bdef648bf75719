#pragma once

#include <boost/json/memory_resource.hpp>
#include <sodium.h>

#include <cstddef>
#include <memory>
#include <new>

// Memory for JSON that may hold a secret. Used by json_body.

namespace poolwright::provisioner {

// Wipes all of what it gives back to `Upstream`. It notes itself how much that is: Boost's monotonic resource
// gives its blocks back as smaller than it asked for them (1.81).
template <template <class> class Upstream = std::allocator>
class wiping_resource final : public boost::json::memory_resource {
    struct alignas(std::max_align_t) unit {
        std::size_t count;
    };

    // No alignment is more than what every unit has: Boost gives keys back with another one than it asked
    // for.
    void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
        auto const count = 1 + (bytes + sizeof(unit) - 1) / sizeof(unit);
        auto* const front = ::new (Upstream<unit>().allocate(count)) unit{count};
        return front + 1;
    }
    void do_deallocate(void* p, std::size_t /*bytes*/, std::size_t /*alignment*/) override {
        auto* const front = static_cast<unit*>(p) - 1;
        auto const count = front->count;
        sodium_memzero(front, count * sizeof(unit));
        Upstream<unit>().deallocate(front, count);
    }
    [[nodiscard]] bool do_is_equal(memory_resource const& other) const noexcept override {
        return this == &other;
    }
};

}  // namespace poolwright::provisioner
