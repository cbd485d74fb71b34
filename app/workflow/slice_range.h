#pragma once

#include <string_view>
#include <vector>

namespace app {

/// "all", "7" or "3-9", counted from 1, as indices from 0 for a stack of `slices`.
/// Throws Error(WrongUse) for anything else or outside the stack.
std::vector<int> parseSliceRange(std::string_view text, int slices);

} // namespace app
