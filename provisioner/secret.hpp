#pragma once

#include <sodium.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>

// Text that must not be seen: client secrets, bearer tokens, and the bodies of the requests and replies that carry them. The type
// cannot be printed, formatted, compared or copied by accident, and is wiped when it ends.

namespace poolwright::provisioner {

// Wipes what it gives back; so growth and moves of a string leave no copy behind.
template <class T>
struct wiping_allocator {
    using value_type = T;
    using is_always_equal = std::true_type;

    wiping_allocator() = default;
    template <class U>
    wiping_allocator(wiping_allocator<U> const&) noexcept {}

    T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T))); }
    void deallocate(T* p, std::size_t n) noexcept {
        sodium_memzero(p, n * sizeof(T));
        ::operator delete(p);
    }
    template <class U>
    bool operator==(wiping_allocator<U> const&) const noexcept {
        return true;
    }
};

// A string whose heap memory is wiped. It is at least 32 characters long in memory, so that nothing stays in a short-string buffer.
using wiped_string = std::basic_string<char, std::char_traits<char>, wiping_allocator<char>>;

class secret {
public:
    secret() = default;
    explicit secret(std::string_view text) {
        text_.reserve(least_capacity);
        text_.assign(text);
    }
    explicit secret(wiped_string&& text) : text_(std::move(text)) {
        // A short string would lie in the object itself, where no allocator wipes it.
        if (text_.capacity() < least_capacity) text_.reserve(least_capacity);
    }
    secret(secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    secret& operator=(secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_ = std::move(other.text_);
            other.wipe();
        }
        return *this;
    }
    secret(secret const&) = delete;
    secret& operator=(secret const&) = delete;
    ~secret() { wipe(); }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

    // The text, for the one place that needs it; the name is long so that a reviewer sees it.
    [[nodiscard]] std::string_view reveal() const noexcept { return text_; }

    // A copy on purpose.
    [[nodiscard]] secret clone() const { return secret(reveal()); }

    void wipe() noexcept {
        sodium_memzero(text_.data(), text_.size());
        text_.clear();
    }

private:
    static constexpr std::size_t least_capacity = 32;
    wiped_string text_;
};

}  // namespace poolwright::provisioner
