#include "examples/sandbox/endpoints.hpp"
#include "examples/sandbox/replies.hpp"

namespace poolwright::sandbox {

// As when their day comes in the middle of a run. Tokens that were issued before stay good, as in Entra.
reply expire_identity(service& all, call const& about) {
    auto const& name = about.where.keys.front().value;
    auto const id = parse_guid(name);
    if (!id || !all.end_credentials(*id, about.arrival)) return not_found(about, name);
    return no_content();
}

}  // namespace poolwright::sandbox
