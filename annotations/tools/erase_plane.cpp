#include "annotations/tools/erase_plane.h"

#include "annotations/tools/plane_cut.h"

#include <algorithm>

namespace annotations {

namespace {

void eraseRuns(MaskEdit& edit, std::size_t first, std::size_t end, std::uint16_t label)
{
    const auto voxels = edit.map().voxels();
    for (std::size_t at = first; at < end; ++at) {
        const std::size_t begin = at;
        while (at < end && voxels[at] == label)
            ++at;
        if (at > begin)
            edit.paintRun(begin, at - begin, 0);
    }
}

} // namespace

/// Part by part: counting is many times faster than looking for each run, and most parts have none.
void detail::eraseInRow(MaskEdit& edit, std::size_t first, std::size_t last, std::uint16_t label)
{
    constexpr std::size_t kPart = 256;
    for (std::size_t begin = first; begin <= last; begin += kPart) {
        const std::size_t count = std::min(kPart, last + 1 - begin);
        const auto part = edit.map().voxels().subspan(begin, count);
        if (std::count(part.begin(), part.end(), label) > 0)
            eraseRuns(edit, begin, begin + count, label);
    }
}

void eraseOnPlane(MaskEdit& edit, const imaging::Plane& plane, std::uint16_t label)
{
    const imaging::VoxelGrid& grid = edit.grid();
    const detail::PlaneCut cut(grid, plane);
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row) {
            const auto part = cut.cutPart(cut.rowStart(row, slice)[2]);
            const auto [first, last] = detail::wholeNumbers(part.first, part.last, grid.columns);
            if (first <= last)
                detail::eraseInRow(edit, grid.offset({first, row, slice}), grid.offset({last, row, slice}), label);
        }
}

} // namespace annotations
