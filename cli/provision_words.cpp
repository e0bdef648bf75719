#include "cli/provision_words.hpp"

#include "cli/text.hpp"
#include "planner/wording.hpp"

#include <fmt/format.h>

namespace poolwright::cli {

std::string counted(std::int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", planner::grouped(number), noun, number == 1 ? "" : "s");
}

std::string duration_words(std::chrono::nanoseconds time) {
    using namespace std::chrono_literals;
    auto const seconds = std::chrono::round<std::chrono::seconds>(time).count();
    if (time < 10s) return fmt::format("{:.1f} s", std::chrono::duration<double>(time).count());
    if (seconds < 60) return fmt::format("{} s", seconds);
    if (seconds < 3600) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string words_for(tenant_label const& tenant) {
    if (tenant.name.empty() || tenant.name == tenant.id) return visible(tenant.id);
    return fmt::format("{} ({})", visible(tenant.name), visible(tenant.id));
}

}  // namespace poolwright::cli
