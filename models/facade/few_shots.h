#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace models {

/// Places in `labels` of `shots` of each class (0 .. classes - 1), fewer where there are fewer, none twice, in the
/// order of the classes. By the seed alone, so that every run draws the same.
std::vector<std::size_t> drawShots(std::span<const int> labels, int classes, int shots, std::uint64_t seed);

/// How many of `classes` sorted classes are the base ones that base-to-novel learns from: the first half, rounded up.
int baseClasses(int classes);

} // namespace models
