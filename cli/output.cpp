#include "cli/output.hpp"

#include "cli/failure.hpp"
#include "cli/provision_output.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <string_view>
#include <utility>

namespace poolwright::cli {

namespace {

constexpr std::size_t buffer_size = 262'144;

}  // namespace

output_buffer::output_buffer(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)), bytes_(buffer_size, '\0') {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
}

output_buffer::~output_buffer() {
    sodium_memzero(bytes_.data(), bytes_.size());
}

output_buffer::int_type output_buffer::overflow(int_type next) {
    write_out();
    if (traits_type::eq_int_type(next, traits_type::eof())) return traits_type::not_eof(next);
    return sputc(traits_type::to_char_type(next));
}

int output_buffer::sync() {
    write_out();
    return 0;
}

void output_buffer::write_out() {
    std::string_view const bytes(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    auto const error = write_all(descriptor_, bytes);
    if (error == std::errc::broken_pipe) throw closed_pipe();
    if (error) throw failure(broken, fmt::format("cannot write {}: {}", name_, error.message()));
}

// With badbit among its exceptions a stream passes on what the buffer throws.
output::output(int descriptor, std::string name) : buffer_(descriptor, std::move(name)), stream_(&buffer_) {
    stream_.exceptions(std::ios::badbit);
}

}  // namespace poolwright::cli
