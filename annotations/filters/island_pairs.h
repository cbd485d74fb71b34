#pragma once

#include "annotations/filters/voxel_set.h"

#include <cstdint>
#include <span>
#include <vector>

namespace annotations::detail {

/// A pixel of a layer by column and row of its set's box, from 0.
struct Pixel
{
    int column = 0;
    int row = 0;
};

using Pixels = std::vector<Pixel>;

/// Which part of the first layer goes to which part of the second. One of them is empty for an island that ends, or
/// begins, between the layers.
struct ShapePair
{
    Pixels a;
    Pixels b;
};

/// Divides two layers on the same box into parts that belong together, as shapesBetween() says.
std::vector<ShapePair> pairsOf(const VoxelSet& a, const VoxelSet& b);

/// How far each pixel of a domain is from sources, through the domain.
struct Spread
{
    std::vector<float> distanceMm; ///< Infinite outside the domain and where no way leads.
    std::vector<std::int32_t> source; ///< The number of the nearest source; -1 there.
};

/// Steps go to the eight neighbours, as long as they are in mm. `sources` has a number for each pixel of the domain that
/// is one, -1 for all others; `columns` is the width of a row.
Spread spreadFrom(std::span<const std::int32_t> sources, std::span<const std::uint8_t> domain, int columns,
    double columnMm, double rowMm);

} // namespace annotations::detail
