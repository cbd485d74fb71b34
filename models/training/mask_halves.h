#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace models::training {

enum class PictureHalf { Left, Right };

/// Of a mask [size, size], 0 outside, the connected areas (4 neighbours) whose centre of mass lies in one half of the
/// picture. Nothing when either half has no area: then the mask cannot be told apart by sides.
std::optional<std::vector<std::uint8_t>> areasOfHalf(std::span<const std::uint8_t> mask, int size, PictureHalf half);

} // namespace models::training
