#include "annotations/index_map.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

constexpr double kSameVoxel = 0.1; // Of a voxel: float32 geometry of NIfTI over a whole volume stays far below.

} // namespace

Index sizesOf(const imaging::VoxelGrid& grid)
{
    return {grid.columns, grid.rows, grid.slices};
}

std::array<double, 3> placeIn(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    std::array<double, 3> place{};
    for (std::size_t i = 0; i < 3; ++i)
        place[i] = imaging::dot(point - grid.origin, grid.axes[i]) / grid.spacingMm[i];
    return place;
}

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

IndexBox boxOf(const imaging::VoxelGrid& part, const IndexMap& map)
{
    IndexBox box{map({0, 0, 0}), map({0, 0, 0})};
    for (const Index& corner : cornersOf(part)) {
        const Index index = map(corner);
        for (std::size_t i = 0; i < 3; ++i) {
            box.first[i] = std::min(box.first[i], index[i]);
            box.last[i] = std::max(box.last[i], index[i]);
        }
    }
    return box;
}

PlacedVoxels::PlacedVoxels(const imaging::VoxelGrid& part, const IndexMap& map, const imaging::VoxelGrid& picture)
    : m_map(map)
    , m_picture(picture)
{
    const bool inOrder = map.axis == IndexMap{}.axis && map.sign == IndexMap{}.sign;
    const bool wholeRows = part.columns == picture.columns && part.rows == picture.rows;
    m_stretch = inOrder && wholeRows && map.start[0] == 0 && map.start[1] == 0 && map.start[2] >= 0
        && map.start[2] + part.slices <= picture.slices;
}

std::optional<std::size_t> PlacedVoxels::operator()(int column, int row, int slice) const
{
    const Index index = m_map({column, row, slice});
    const Index sizes = sizesOf(m_picture);
    for (std::size_t i = 0; i < 3; ++i) {
        if (index[i] < 0 || index[i] >= sizes[i])
            return std::nullopt;
    }
    return m_picture.offset({static_cast<int>(index[0]), static_cast<int>(index[1]), static_cast<int>(index[2])});
}

} // namespace annotations
