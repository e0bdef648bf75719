#include "tests/fuzz/input.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

// Gives a target every file of the folders or files named, once: the corpus as a test, with any compiler.

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(fs::path const& place) {
    if (!fs::is_directory(place)) return {place};
    std::vector<fs::path> files;
    for (auto const& entry : fs::directory_iterator(place)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// In memory of exactly that size, so that AddressSanitizer sees what is read behind it.
void run(fs::path const& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) poolwright::fuzz::fail("every file of the corpus can be read", std::source_location::current());
    std::string const text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto const exact = std::make_unique<char[]>(text.size());
    if (!text.empty()) std::memcpy(exact.get(), text.data(), text.size());
    poolwright::fuzz::fuzz({exact.get(), text.size()});
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t runs = 0;
    for (int i = 1; i < count; ++i) {
        for (auto const& file : files_in(arguments[i])) {
            std::printf("%s\n", file.c_str());
            std::fflush(stdout);
            run(file);
            ++runs;
        }
    }
    std::printf("%zu inputs\n", runs);
    return runs > 0 ? 0 : 1;
}
