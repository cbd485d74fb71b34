#include "annotations/tools/erase_plane.h"

#include "annotations/tools/plane_cut.h"

namespace annotations {

namespace {

/// Voxels of a row, from the first to the last.
void eraseInRow(MaskEdit& edit, std::size_t first, std::size_t last, std::uint16_t label)
{
    const auto voxels = edit.map().voxels();
    for (std::size_t at = first; at <= last; ++at) {
        const std::size_t begin = at;
        while (at <= last && voxels[at] == label)
            ++at;
        if (at > begin)
            edit.paintRun(begin, at - begin, 0);
    }
}

} // namespace

void eraseOnPlane(MaskEdit& edit, const imaging::Plane& plane, std::uint16_t label)
{
    const imaging::VoxelGrid& grid = edit.grid();
    const detail::PlaneCut cut(grid, plane);
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row) {
            const auto part = cut.cutPart(cut.rowStart(row, slice)[2]);
            const auto [first, last] = detail::wholeNumbers(part.first, part.last, grid.columns);
            if (first <= last)
                eraseInRow(edit, grid.offset({first, row, slice}), grid.offset({last, row, slice}), label);
        }
}

} // namespace annotations
