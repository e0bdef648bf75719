#include "provisioner/connection_pool.hpp"

namespace poolwright::provisioner {

std::deque<connection_pool::idle>& connection_pool::at(endpoint const& to) {
    for (auto& [known, links] : idle_)
        if (known == to) return links;
    return idle_.emplace_back(to, std::deque<idle>()).second;
}

std::shared_ptr<connection> connection_pool::take(endpoint const& to) {
    auto& links = at(to);
    auto const too_old = std::chrono::steady_clock::now() - idle_time_;
    while (!links.empty() && links.front().since <= too_old) links.pop_front();
    while (!links.empty()) {
        auto const link = std::move(links.back().link);
        links.pop_back();
        if (link->quiet()) return link;
    }
    return nullptr;
}

void connection_pool::keep(endpoint const& to, std::shared_ptr<connection> link) {
    auto& links = at(to);
    if (links.size() >= per_endpoint_) return;
    link->rest();
    links.push_back({std::move(link), std::chrono::steady_clock::now()});
}

}  // namespace poolwright::provisioner
