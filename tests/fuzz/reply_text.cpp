#include "tests/fuzz/reply_text.hpp"

#include <algorithm>

namespace poolwright::fuzz {

namespace {

std::string_view take_line(std::string_view& text) {
    auto const line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    return line;
}

}  // namespace

provisioner::http_reply reply_of(std::string_view text) {
    provisioner::http_reply reply;
    for (char const c : take_line(text)) reply.status = (reply.status * 10 + (c & 0xf)) % 1000;
    reply.status = std::max(reply.status, 100);
    while (!text.empty()) {
        auto const line = take_line(text);
        if (line.empty()) break;
        auto const colon = std::min(line.find(':'), line.size());
        auto const value = line.substr(std::min(colon + 2, line.size()));
        reply.headers.emplace_back(line.substr(0, colon), value);
    }
    reply.body = provisioner::secret(text);
    return reply;
}

}  // namespace poolwright::fuzz
