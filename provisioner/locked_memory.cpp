#include "provisioner/locked_memory.hpp"

#include <array>
#include <bit>
#include <mutex>
#include <new>
#include <sys/mman.h>

// GCC defines the one, clang has the other.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLWRIGHT_WITH_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define POOLWRIGHT_WITH_ASAN
#endif
#ifdef POOLWRIGHT_WITH_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace poolwright::provisioner {
namespace {

// Pieces are powers of two from this size on, so that what is given back serves the next of its size.
constexpr std::size_t least_piece = 64;
constexpr std::size_t kinds = std::bit_width(most_locked) - std::bit_width(least_piece) + 1;
// Asked of the system at a time; a multiple of every piece and of every page.
constexpr std::size_t slab_size = std::size_t{64} << 10U;

// AddressSanitizer is told what is free, as it would find out by itself of memory from the heap.
void hide([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef POOLWRIGHT_WITH_ASAN
    ASAN_POISON_MEMORY_REGION(memory, bytes);
#endif
}
void show([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef POOLWRIGHT_WITH_ASAN
    ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
#endif
}

std::size_t kind_of(std::size_t bytes) noexcept {
    if (bytes <= least_piece) return 0;
    return static_cast<std::size_t>(std::bit_width(bytes - 1) - std::bit_width(least_piece - 1));
}

class locked_pool {
public:
    void* take(std::size_t bytes) {
        auto const kind = kind_of(bytes);
        std::lock_guard const lock(mutex_);
        if (free_[kind] == nullptr) cut(least_piece << kind, kind);
        auto* const piece = free_[kind];
        show(piece, least_piece << kind);
        free_[kind] = piece->next;
        return piece;
    }

    void give(void* memory, std::size_t bytes) noexcept {
        std::lock_guard const lock(mutex_);
        keep(memory, kind_of(bytes));
    }

    [[nodiscard]] bool all_is_locked() noexcept {
        std::lock_guard const lock(mutex_);
        return !refused_;
    }

private:
    struct free_piece {
        free_piece* next;
    };

    void keep(void* memory, std::size_t kind) noexcept {
        free_[kind] = ::new (memory) free_piece{free_[kind]};
        hide(memory, least_piece << kind);
    }

    // A new slab becomes free pieces of that size. It stays for as long as the process does.
    void cut(std::size_t piece, std::size_t kind) {
        void* const slab =
            ::mmap(nullptr, slab_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (slab == MAP_FAILED) throw std::bad_alloc();
        ::madvise(slab, slab_size, MADV_DONTDUMP);
        // After a first refusal the next one is certain, since nothing is ever unlocked.
        if (!refused_) refused_ = ::mlock(slab, slab_size) != 0;
        for (std::size_t at = 0; at < slab_size; at += piece) keep(static_cast<char*>(slab) + at, kind);
    }

    std::mutex mutex_;
    std::array<free_piece*, kinds> free_{};
    bool refused_ = false;
};

// Never destroyed: a secret may end after any other object of static lifetime.
locked_pool& pool() {
    static auto& only = *new locked_pool;
    return only;
}

}  // namespace

void* take_locked(std::size_t bytes) {
    return bytes > most_locked ? ::operator new(bytes) : pool().take(bytes);
}

void give_locked(void* memory, std::size_t bytes) noexcept {
    if (bytes > most_locked) return ::operator delete(memory, bytes);
    pool().give(memory, bytes);
}

bool all_is_locked() noexcept {
    return pool().all_is_locked();
}

}  // namespace poolwright::provisioner
