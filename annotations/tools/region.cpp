#include "annotations/tools/region.h"

#include "annotations/tools/plane_cut.h"

#include <algorithm>
#include <cmath>

namespace annotations::detail {

namespace {

constexpr double kMostInBox = 8e6;

/// Voxels on either side of the seed.
std::array<int, 3> reachInVoxels(const imaging::VoxelGrid& grid, double reachMm)
{
    const std::array<int, 3> sizes{grid.columns, grid.rows, grid.slices};
    const imaging::GridFrame frame(grid);
    std::array<int, 3> reach{};
    for (double mm = std::max(reachMm, 0.0);; mm *= 0.9) {
        double voxels = 1;
        for (std::size_t i = 0; i < 3; ++i) {
            reach[i] = static_cast<int>(std::min<double>(sizes[i], std::floor(mm / length(frame.step(i)) + kSameVoxel)));
            voxels *= std::min(2.0 * reach[i] + 1, static_cast<double>(sizes[i]));
        }
        if (voxels <= kMostInBox)
            return reach;
    }
}

} // namespace

std::optional<imaging::VoxelIndex> voxelUnder(
    const imaging::VoxelGrid& grid, const imaging::Plane& plane, PlanePosition position)
{
    const PlaneCut cut(grid, plane);
    if (!std::isfinite(position.column) || !std::isfinite(position.row))
        return std::nullopt;
    return voxelAt(grid, cut.indexOf(cut.placeOf(position.column, position.row)));
}

VoxelRows rowsAround(const imaging::VoxelGrid& grid, const ToolOptions& options, imaging::VoxelIndex seed)
{
    if (options.region.extent == RegionChoice::Extent::Plane)
        return {grid, options.plane};
    const auto reach = reachInVoxels(grid, options.region.reachMm);
    return {grid,
        MaskRegion{seed.column - reach[0], seed.column + reach[0], seed.row - reach[1], seed.row + reach[1],
            seed.slice - reach[2], seed.slice + reach[2]}};
}

std::optional<MaskRegion> paintSpans(MaskEdit& edit, std::span<const RowSpan> spans, std::uint16_t value)
{
    std::optional<MaskRegion> region;
    for (const RowSpan& span : spans) {
        edit.paintRun(edit.grid().offset({span.first, span.row, span.slice}),
            static_cast<std::size_t>(span.last - span.first) + 1, value);
        include(region, {span.first, span.last, span.row, span.row, span.slice, span.slice});
    }
    return region;
}

} // namespace annotations::detail
