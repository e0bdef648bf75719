#include "cli/whole_file.hpp"

#include "cli/failure.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace poolwright::cli {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view blanks = " \t\r\n";

}  // namespace

boost::system::result<std::string, planner::problem> read_whole(planner::input_file& file, std::size_t most) {
    file.rewind();
    std::string text;
    while (true) {
        auto const piece = file.next();
        if (!piece) return piece.error();
        if (piece->empty()) return {boost::system::in_place_value, std::move(text)};
        text += *piece;
        if (text.size() > most) {
            return planner::problem{file.name(), 0, 0, fmt::format("this file has more than {} bytes", most)};
        }
    }
}

input_document read_document(std::string const& path) {
    constexpr std::size_t largest = 1'048'576;
    planner::problem_list problems;
    auto file = planner::input_file::open(path);
    if (!file) {
        problems.add(file.error());
        throw failure(problems);
    }
    auto text = read_whole(*file, largest);
    if (!text) {
        problems.add(text.error());
        throw failure(problems);
    }
    return {.name = file->name(), .text = std::move(*text)};
}

boost::system::result<bool, planner::problem> begins_with_brace(planner::input_file& file) {
    file.rewind();
    for (bool is_first = true;; is_first = false) {
        auto const piece = file.next();
        if (!piece) return piece.error();
        std::string_view text = *piece;
        if (text.empty()) return false;
        if (is_first && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
        auto const at = text.find_first_not_of(blanks);
        if (at != std::string_view::npos) return text[at] == '{';
    }
}

}  // namespace poolwright::cli
