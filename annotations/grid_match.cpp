#include "annotations/grid_match.h"

#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace annotations {

namespace {

constexpr double kSameVoxel = 0.1; // Of a voxel: float32 geometry of NIfTI over a whole volume stays far below.
constexpr std::size_t kMostVoxels = std::size_t{1} << 29;

using Index = std::array<std::int64_t, 3>;

/// Voxel indices of one grid as those of another: index[axis[i]] = start[axis[i]] + sign[i] * own[i].
struct IndexMap
{
    std::array<std::size_t, 3> axis{};
    std::array<int, 3> sign{};
    Index start{};

    Index operator()(const Index& own) const
    {
        Index index = start;
        for (std::size_t i = 0; i < 3; ++i)
            index[axis[i]] += sign[i] * own[i];
        return index;
    }
};

Index sizesOf(const imaging::VoxelGrid& grid)
{
    return {grid.columns, grid.rows, grid.slices};
}

/// Where a point lies among the voxels of a grid, in fractions of them.
std::array<double, 3> placeIn(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    std::array<double, 3> place{};
    for (std::size_t i = 0; i < 3; ++i)
        place[i] = imaging::dot(point - grid.origin, grid.axes[i]) / grid.spacingMm[i];
    return place;
}

/// The axis of `to` along which each axis of `from` runs; nothing when two run along the same.
std::optional<IndexMap> alignedAxes(const imaging::VoxelGrid& from, const imaging::VoxelGrid& to)
{
    IndexMap map;
    std::array<bool, 3> taken{};
    for (std::size_t i = 0; i < 3; ++i) {
        std::array<double, 3> along{};
        for (std::size_t k = 0; k < 3; ++k)
            along[k] = imaging::dot(from.axes[i], to.axes[k]);
        const auto longest =
            std::max_element(along.begin(), along.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
        map.axis[i] = static_cast<std::size_t>(longest - along.begin());
        map.sign[i] = *longest < 0 ? -1 : 1;
        if (taken[map.axis[i]])
            return std::nullopt;
        taken[map.axis[i]] = true;
    }
    return map;
}

/// The eight corners; everything between them is linear.
std::array<Index, 8> cornersOf(const imaging::VoxelGrid& grid)
{
    std::array<Index, 8> corners{};
    const Index sizes = sizesOf(grid);
    for (std::size_t corner = 0; corner < corners.size(); ++corner) {
        for (std::size_t i = 0; i < 3; ++i)
            corners[corner][i] = (corner >> i & 1U) != 0 ? sizes[i] - 1 : 0;
    }
    return corners;
}

std::optional<IndexMap> indexMap(const imaging::VoxelGrid& from, const imaging::VoxelGrid& to)
{
    auto map = alignedAxes(from, to);
    if (!map)
        return std::nullopt;
    const auto start = placeIn(to, from.origin);
    for (std::size_t i = 0; i < 3; ++i) {
        if (!std::isfinite(start[i]) || std::abs(start[i]) > 1e6)
            return std::nullopt;
        map->start[i] = std::llround(start[i]);
    }
    for (const Index& corner : cornersOf(from)) {
        const auto place = placeIn(to,
            from.toPatient(
                static_cast<double>(corner[0]), static_cast<double>(corner[1]), static_cast<double>(corner[2])));
        const Index index = (*map)(corner);
        for (std::size_t i = 0; i < 3; ++i) {
            if (!(std::abs(place[i] - static_cast<double>(index[i])) <= kSameVoxel))
                return std::nullopt;
        }
    }
    return map;
}

[[noreturn]] void refuse(const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, reason);
}

} // namespace

std::optional<imaging::VoxelGrid> commonGrid(const imaging::VoxelGrid& a, const imaging::VoxelGrid& b)
{
    const auto map = indexMap(b, a);
    if (!map)
        return std::nullopt;
    Index first{0, 0, 0};
    Index last = sizesOf(a);
    for (const Index& corner : cornersOf(b)) {
        const Index index = (*map)(corner);
        for (std::size_t i = 0; i < 3; ++i) {
            first[i] = std::min(first[i], index[i]);
            last[i] = std::max(last[i], index[i] + 1);
        }
    }
    const double voxels = static_cast<double>(last[0] - first[0]) * static_cast<double>(last[1] - first[1])
        * static_cast<double>(last[2] - first[2]);
    const double own = static_cast<double>(std::max(a.voxels(), b.voxels()));
    if (voxels > own && voxels > static_cast<double>(kMostVoxels))
        return std::nullopt;
    imaging::VoxelGrid grid = a;
    grid.origin =
        a.toPatient(static_cast<double>(first[0]), static_cast<double>(first[1]), static_cast<double>(first[2]));
    grid.columns = static_cast<int>(last[0] - first[0]);
    grid.rows = static_cast<int>(last[1] - first[1]);
    grid.slices = static_cast<int>(last[2] - first[2]);
    return grid;
}

LabelMap onGrid(const LabelMap& map, const imaging::VoxelGrid& target)
{
    const auto place = indexMap(map.grid(), target);
    if (!place)
        refuse("The mask's voxels do not coincide with those of the picture: spacing, position or direction differ.");
    LabelMap::Voxels voxels(target.voxels());
    const auto source = map.voxels();
    const Index sizes = sizesOf(map.grid());
    std::size_t offset = 0;
    for (std::int64_t slice = 0; slice < sizes[2]; ++slice) {
        for (std::int64_t row = 0; row < sizes[1]; ++row) {
            for (std::int64_t column = 0; column < sizes[0]; ++column, ++offset) {
                if (source[offset] == 0)
                    continue;
                const Index index = (*place)({column, row, slice});
                const imaging::VoxelIndex voxel{
                    static_cast<int>(index[0]), static_cast<int>(index[1]), static_cast<int>(index[2])};
                if (!target.contains(voxel))
                    refuse("The mask has labelled voxels outside the picture.");
                voxels[target.offset(voxel)] = source[offset];
            }
        }
    }
    return LabelMap(target, std::move(voxels));
}

} // namespace annotations
