#pragma once

#include <string_view>

// The file of --identities, for the target `documents`: it names files, which lie in a folder of their own.

namespace poolwright::fuzz {

void fuzz_identities(std::string_view text);

}  // namespace poolwright::fuzz
