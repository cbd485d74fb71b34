#pragma once

#include "annotations/label_map.h"
#include "imaging/geometry.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace annotations {

/// How alike two masks on the same grid are.
struct MaskComparison
{
    std::size_t voxelsA = 0;
    std::size_t voxelsB = 0;
    std::size_t common = 0;
    double dice = 1; ///< 1 when both are empty.
    double iou = 1;
    /// Between the surfaces' voxel centres, both directions, mm; nothing when one of the masks is empty.
    std::optional<double> hausdorffMm;
    std::optional<double> hausdorff95Mm; ///< The larger of the two directed 95th percentiles.
    /// Part of both surfaces' voxels that lie within the tolerance of the other surface (Nikolov et al. 2018, with
    /// voxels counted in place of their areas); 1 when both masks are empty, 0 when one is.
    double surfaceDice = 1;
};

inline constexpr double kSurfaceToleranceMm = 2;

/// Masks: not 0 is inside, memory order of `grid`. Throws Error(WrongUse) when the sizes do not fit.
MaskComparison compareMasks(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
    const imaging::VoxelGrid& grid, double toleranceMm = kSurfaceToleranceMm);

/// One label of each map. Throws Error(WrongUse) when the grids' sizes differ.
MaskComparison compareLabels(const LabelMap& a, std::uint16_t valueA, const LabelMap& b, std::uint16_t valueB);

} // namespace annotations
