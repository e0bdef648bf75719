#pragma once

#include <cstddef>

// Memory for secrets, on pages of its own: locked, so that it is never written to swap, and left out of core
// dumps. Where the system locks no more (RLIMIT_MEMLOCK) the memory is ordinary from then on, and what
// allocates does not notice. For any thread. Used by secret.hpp.

namespace poolwright::provisioner {

// The most that one allocation may ask for and be locked: more than any bearer token or client secret.
// Longer texts, such as the bodies of replies, do not live long enough to be worth it.
inline constexpr std::size_t most_locked = 4096;

// Throws std::bad_alloc.
void* take_locked(std::size_t bytes);

// Gives back what was taken as so many bytes; the caller has wiped it.
void give_locked(void* memory, std::size_t bytes) noexcept;

// False once the system has refused to lock memory that was taken.
bool all_is_locked() noexcept;

template <class T>
struct locked_allocator {
    T* allocate(std::size_t n) { return static_cast<T*>(take_locked(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) noexcept { give_locked(p, n * sizeof(T)); }
};

}  // namespace poolwright::provisioner
