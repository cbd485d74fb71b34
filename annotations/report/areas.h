#pragma once

#include "annotations/report/report_text.h"
#include "imaging/geometry.h"
#include "imaging/laterality.h"
#include "imaging/progress.h"
#include "imaging/volume.h"

#include <cstdint>
#include <span>
#include <vector>

namespace annotations {

/// One connected area of a mask (neighbours share an edge or a corner).
struct MaskArea
{
    std::size_t pixels = 0;
    double squareMm = 0; ///< By the grid's spacing; meaningless when the spacing is unknown.
    double centerColumn = 0;
    double centerRow = 0;

    friend bool operator==(const MaskArea&, const MaskArea&) = default;
};

/// The connected areas of a slice's voxels that are not 0, largest first; those under `minimumPixels` are left out.
/// Throws Error(Internal) when `mask` is not columns x rows of the grid.
std::vector<MaskArea> findAreas(
    std::span<const std::uint16_t> mask, const imaging::VoxelGrid& grid, std::size_t minimumPixels = 1);

/// How many areas a slice's mask has.
std::size_t countAreas(
    std::span<const std::uint16_t> mask, const imaging::VoxelGrid& grid, std::size_t minimumPixels = 1);

/// What the text says and the mask does not show, one sentence each: "The text names 2 areas, the mask has 3.", or a
/// side that the mask leaves empty (only where `sides` is known).
imaging::Warnings compareWithMask(const ReportFields& fields, std::span<const MaskArea> areas,
    const imaging::VoxelGrid& grid, const imaging::PictureSides& sides);

} // namespace annotations
