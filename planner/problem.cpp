#include "planner/problem.hpp"

#include <fmt/format.h>

#include <utility>

namespace poolwright::planner {

std::string problem::text() const {
    std::string out = file;
    if (line != 0) out += fmt::format("{}{}", out.empty() ? "" : ":", line);
    if (line != 0 && column != 0) out += fmt::format(":{}", column);
    return out.empty() ? message : fmt::format("{}: {}", out, message);
}

void problem_list::add(problem what) {
    ++total_;
    if (first_.size() < kept) first_.push_back(std::move(what));
}

void problem_list::extend(std::uint64_t before, std::string_view text) {
    if (before < first_.size()) first_[before].message += text;
}

std::string problem_list::text() const {
    std::string out;
    for (auto const& one : first_) {
        if (!out.empty()) out += '\n';
        out += one.text();
    }
    auto const others = total_ - first_.size();
    if (others > 0) out += fmt::format("\nand {} more {}", others, others == 1 ? "problem" : "problems");
    return out;
}

}  // namespace poolwright::planner
