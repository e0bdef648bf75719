#include "provisioner/kept_token.hpp"

#include "provisioner/durable_file.hpp"

#include <fstream>
#include <iterator>
#include <string_view>

namespace poolwright::provisioner {
namespace {

constexpr std::string_view header = "poolwright refresh token 1\n";
// More than any sealed token has.
constexpr std::size_t largest = 64U << 10U;

}  // namespace

void keep_token(secret const& token, public_key const& seal_to, std::filesystem::path const& file) {
    auto beside = file;
    beside += ".new";
    remove_file(beside);
    write_new_file(beside, std::string(header) + seal_to.seal(token) + "\n");
    replace_file(beside, file);
}

std::optional<secret> read_kept_token(std::filesystem::path const& file, private_key const& opener) {
    std::ifstream in(file, std::ios::binary);
    std::string text(largest + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest || !text.starts_with(header) || !text.ends_with('\n')) return std::nullopt;
    text.pop_back();
    auto opened = opener.open(std::string_view(text).substr(header.size()));
    if (!opened || opened->empty()) return std::nullopt;
    return std::move(*opened);
}

}  // namespace poolwright::provisioner
