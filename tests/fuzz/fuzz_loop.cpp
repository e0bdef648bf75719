#include "tests/fuzz/input.hpp"

// What libFuzzer calls.

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    poolwright::fuzz::fuzz({reinterpret_cast<char const*>(bytes), size});
    return 0;
}
