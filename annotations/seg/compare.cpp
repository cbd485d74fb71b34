#include "annotations/seg/compare.h"

#include "annotations/seg/distance_transform.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace annotations {

namespace {

/// The part of a grid that holds voxels of either mask, ends included.
struct Box
{
    imaging::VoxelIndex first;
    imaging::VoxelIndex last{-1, -1, -1};
};

using Mask = std::span<const std::uint8_t>;

Box boxAround(Mask a, Mask b, const imaging::VoxelGrid& grid)
{
    Box box;
    box.first = {grid.columns, grid.rows, grid.slices};
    std::size_t offset = 0;
    for (int s = 0; s < grid.slices; ++s) {
        for (int r = 0; r < grid.rows; ++r) {
            for (int c = 0; c < grid.columns; ++c, ++offset) {
                if (!a[offset] && !b[offset])
                    continue;
                box.first = {std::min(box.first.column, c), std::min(box.first.row, r), std::min(box.first.slice, s)};
                box.last = {std::max(box.last.column, c), std::max(box.last.row, r), std::max(box.last.slice, s)};
            }
        }
    }
    return box;
}

imaging::VoxelGrid gridOf(const Box& box, const imaging::VoxelGrid& grid)
{
    imaging::VoxelGrid cut = grid;
    cut.columns = box.last.column - box.first.column + 1;
    cut.rows = box.last.row - box.first.row + 1;
    cut.slices = box.last.slice - box.first.slice + 1;
    return cut;
}

/// Whether the voxel has a neighbour outside, across a face; the picture's edge counts as outside. In a single slice
/// only the four neighbours in the plane count.
bool isSurface(Mask mask, const imaging::VoxelGrid& grid, imaging::VoxelIndex v)
{
    constexpr int kSteps[6][3] = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    const int steps = grid.slices > 1 ? 6 : 4;
    for (int i = 0; i < steps; ++i) {
        const imaging::VoxelIndex next{v.column + kSteps[i][0], v.row + kSteps[i][1], v.slice + kSteps[i][2]};
        if (!grid.contains(next) || !mask[grid.offset(next)])
            return true;
    }
    return false;
}

/// The surface voxels of a mask inside the box, on the box's grid.
std::vector<std::uint8_t> surface(Mask mask, const imaging::VoxelGrid& grid, const Box& box)
{
    const imaging::VoxelGrid cut = gridOf(box, grid);
    std::vector<std::uint8_t> result(cut.voxels());
    std::size_t to = 0;
    for (int s = box.first.slice; s <= box.last.slice; ++s) {
        for (int r = box.first.row; r <= box.last.row; ++r) {
            for (int c = box.first.column; c <= box.last.column; ++c, ++to)
                result[to] = mask[grid.offset({c, r, s})] != 0 && isSurface(mask, grid, {c, r, s});
        }
    }
    return result;
}

struct Directed
{
    double maximum = 0;
    double percentile95 = 0;
    std::size_t voxels = 0;
    std::size_t within = 0; ///< Of those, how many lie within the tolerance.
};

/// From each surface voxel of one mask to the nearest of the other.
Directed directed(const std::vector<std::uint8_t>& from, const std::vector<std::uint8_t>& to,
    const imaging::VoxelGrid& grid, double toleranceMm)
{
    const std::vector<float> squared = squaredDistances(to, grid);
    std::vector<float> distances;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i])
            distances.push_back(std::sqrt(squared[i]));
    }
    std::sort(distances.begin(), distances.end());
    // Linear between neighbours, as numpy.percentile.
    const double place = 0.95 * static_cast<double>(distances.size() - 1);
    const auto low = static_cast<std::size_t>(place);
    const std::size_t high = std::min(low + 1, distances.size() - 1);
    const double part = place - static_cast<double>(low);
    // A little more than the tolerance: whole multiples of the spacing are not exact in float.
    const auto within = std::upper_bound(distances.begin(), distances.end(), toleranceMm * (1 + 1e-6));
    return {distances.back(), distances[low] + part * (distances[high] - distances[low]), distances.size(),
        static_cast<std::size_t>(within - distances.begin())};
}

} // namespace

MaskComparison compareMasks(Mask a, Mask b, const imaging::VoxelGrid& grid, double toleranceMm)
{
    if (a.size() != grid.voxels() || b.size() != grid.voxels())
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The masks to compare do not have the same size.");
    MaskComparison result;
    for (std::size_t i = 0; i < a.size(); ++i) {
        result.voxelsA += a[i] != 0;
        result.voxelsB += b[i] != 0;
        result.common += a[i] != 0 && b[i] != 0;
    }
    const std::size_t sum = result.voxelsA + result.voxelsB;
    if (sum > 0) {
        result.dice = 2.0 * static_cast<double>(result.common) / static_cast<double>(sum);
        result.iou = static_cast<double>(result.common) / static_cast<double>(sum - result.common);
    }
    if (result.voxelsA == 0 || result.voxelsB == 0) {
        result.surfaceDice = sum == 0 ? 1 : 0;
        return result;
    }
    const Box box = boxAround(a, b, grid);
    const std::vector<std::uint8_t> surfaceA = surface(a, grid, box);
    const std::vector<std::uint8_t> surfaceB = surface(b, grid, box);
    const Directed ab = directed(surfaceA, surfaceB, gridOf(box, grid), toleranceMm);
    const Directed ba = directed(surfaceB, surfaceA, gridOf(box, grid), toleranceMm);
    result.hausdorffMm = std::max(ab.maximum, ba.maximum);
    result.hausdorff95Mm = std::max(ab.percentile95, ba.percentile95);
    result.surfaceDice = static_cast<double>(ab.within + ba.within) / static_cast<double>(ab.voxels + ba.voxels);
    return result;
}

MaskComparison compareLabels(const LabelMap& a, std::uint16_t valueA, const LabelMap& b, std::uint16_t valueB)
{
    const imaging::VoxelGrid& grid = a.grid();
    if (grid.columns != b.grid().columns || grid.rows != b.grid().rows || grid.slices != b.grid().slices)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The masks to compare do not have the same size.");
    const auto maskOf = [](const LabelMap& map, std::uint16_t value) {
        std::vector<std::uint8_t> mask(map.voxels().size());
        std::transform(map.voxels().begin(), map.voxels().end(), mask.begin(),
            [value](std::uint16_t v) { return static_cast<std::uint8_t>(v == value); });
        return mask;
    };
    return compareMasks(maskOf(a, valueA), maskOf(b, valueB), grid);
}

} // namespace annotations
