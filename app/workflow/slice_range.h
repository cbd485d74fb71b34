#pragma once

#include <string_view>
#include <vector>

namespace app {

/// "all", "7" or "3-9", counted from 1, as indices from 0 for a stack of `slices`.
/// Throws Error(WrongUse) for anything else or outside the stack.
std::vector<int> parseSliceRange(std::string_view text, int slices);

/// The one slice that "7" names, counted from 1, as an index from 0. Throws Error(WrongUse) for anything else.
int parseOneSlice(std::string_view text, int slices);

/// The same where a model looks at one picture: an empty text names the only slice there is. Throws Error(WrongUse), too,
/// when there are several.
int parsePictureSlice(std::string_view text, int slices);

/// The slices from `first` to `last` in the order of their distance from `start`: what is looked at is done first.
std::vector<int> slicesOutward(int first, int last, int start);

} // namespace app
