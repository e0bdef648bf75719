#pragma once

#include "provisioner/locked_memory.hpp"

#include <sodium.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

// Text that must not be seen: client secrets, bearer tokens, and the bodies of the requests and replies that
// carry them. The type cannot be printed, formatted, compared or copied by accident, lies in locked memory
// where the system allows it, and is wiped when it ends.

namespace poolwright::provisioner {

// Wipes what it gives back to `Upstream`, so that a string that grows or ends leaves no copy behind.
template <class T, template <class> class Upstream = locked_allocator>
struct wiping_allocator {
    using value_type = T;
    using is_always_equal = std::true_type;
    template <class U>
    struct rebind {
        using other = wiping_allocator<U, Upstream>;
    };

    wiping_allocator() = default;
    template <class U>
    wiping_allocator(wiping_allocator<U, Upstream> const&) noexcept {}

    T* allocate(std::size_t n) { return Upstream<T>().allocate(n); }
    void deallocate(T* p, std::size_t n) noexcept {
        sodium_memzero(p, n * sizeof(T));
        Upstream<T>().deallocate(p, n);
    }
    template <class U>
    bool operator==(wiping_allocator<U, Upstream> const&) const noexcept {
        return true;
    }
};

// A string whose heap memory is wiped. A text of up to 15 characters would lie in the object itself, out of
// the allocator's reach: whoever fills one reserves more than that first. `secret` sees to it by itself.
using wiped_string = std::basic_string<char, std::char_traits<char>, wiping_allocator<char>>;

// Overwrites all the memory of `text`, also what an earlier, longer text left behind its end, and makes it
// empty. It keeps its capacity.
inline void wipe(wiped_string& text) noexcept {
    text.resize(text.capacity());
    sodium_memzero(text.data(), text.size());
    text.clear();
}

class secret {
public:
    secret() = default;
    explicit secret(std::string_view text) {
        text_.reserve(least_capacity);
        text_.assign(text);
    }
    explicit secret(char const* text) : secret(std::string_view(text)) {}
    // Takes the memory over; `text` is left empty.
    explicit secret(wiped_string&& text) {
        if (text.capacity() < least_capacity) {
            text_.reserve(least_capacity);
            text_.assign(text);
            poolwright::provisioner::wipe(text);
        } else {
            text_.swap(text);
        }
    }
    secret(secret&& other) noexcept { text_.swap(other.text_); }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_.swap(other.text_);
        }
        return *this;
    }
    secret(secret const&) = delete;
    secret& operator=(secret const&) = delete;
    ~secret() = default;

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

    // The text, for the one place that needs it; the name is long so that a reviewer sees it.
    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }

    // Whether both are the same text. How long that takes tells their sizes, and nothing of the texts.
    [[nodiscard]] bool matches(secret const& other) const noexcept {
        return size() == other.size() && sodium_memcmp(text_.data(), other.text_.data(), size()) == 0;
    }

    // A copy on purpose.
    [[nodiscard]] secret clone() const { return secret(reveal()); }

    // Forgets the text at once.
    void wipe() noexcept { wiped_string().swap(text_); }

private:
    // More than any short-string buffer holds, so that the text is always in the allocator's memory.
    static constexpr std::size_t least_capacity = 32;
    wiped_string text_;
};

}  // namespace poolwright::provisioner
