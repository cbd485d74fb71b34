#pragma once

#include <c10/core/Device.h>

#include <algorithm>
#include <cstdint>

namespace models::vision {

/// How many pictures a tower of these shapes encodes together where all of a split are: `most`, but on a processor only
/// so many that a step takes a few seconds, so that a stop is honoured soon. `tokens`: of a picture.
inline std::int64_t encodedTogether(
    std::int64_t most, std::int64_t tokens, std::int64_t width, std::int64_t layers, c10::Device device)
{
    constexpr double kOperations = 4e11; // Of a step.
    constexpr double kEach = 24; // Of a block for each token and squared width: attention's and the MLP's matrices.
    const double picture = kEach * double(tokens) * double(width) * double(width) * double(layers);
    if (!device.is_cpu() || picture * double(most) <= kOperations)
        return most;
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(kOperations / picture));
}

} // namespace models::vision
