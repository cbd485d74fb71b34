#pragma once

#include "imaging/geometry.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace annotations {

/// Column, row and slice; may lie outside a grid.
using Index = std::array<std::int64_t, 3>;

/// Columns, rows and slices.
Index sizesOf(const imaging::VoxelGrid& grid);

/// Where a point lies among the voxels of a grid, in fractions of them.
std::array<double, 3> placeIn(const imaging::VoxelGrid& grid, imaging::PatientPoint point);

/// Voxel indices of one grid as those of another: index[axis[i]] = start[axis[i]] + sign[i] * own[i].
struct IndexMap
{
    std::array<std::size_t, 3> axis{0, 1, 2};
    std::array<int, 3> sign{1, 1, 1};
    Index start{};

    Index operator()(const Index& own) const
    {
        Index index = start;
        for (std::size_t i = 0; i < 3; ++i)
            index[axis[i]] += sign[i] * own[i];
        return index;
    }
};

/// The axis of `to` along which each axis of `from` runs, and in which direction; nothing when two run along the same.
std::optional<IndexMap> alignedAxes(const imaging::VoxelGrid& from, const imaging::VoxelGrid& to);

/// The voxels of `from` as those of `to`, when each centre is one of the lattice of `to` (to a tenth of a voxel); they
/// may lie outside it.
std::optional<IndexMap> indexMap(const imaging::VoxelGrid& from, const imaging::VoxelGrid& to);

/// The eight corners of a grid; what is linear in the index lies between its values there.
std::array<Index, 8> cornersOf(const imaging::VoxelGrid& grid);

/// Indices, ends included.
struct IndexBox
{
    Index first;
    Index last;
};

/// What the voxels of a grid cover of another.
IndexBox boxOf(const imaging::VoxelGrid& part, const IndexMap& map);

/// The memory offsets in a picture of the voxels of a part that fits it exactly: what drawing needs.
class PlacedVoxels
{
public:
    PlacedVoxels(const imaging::VoxelGrid& part, const IndexMap& map, const imaging::VoxelGrid& picture);

    /// Offset in the picture; nothing when the voxel lies outside it.
    std::optional<std::size_t> operator()(int column, int row, int slice) const;

    /// Whether the part's memory is a stretch of the picture's, from operator()(0, 0, 0) on: same rows, same order.
    bool isStretch() const { return m_stretch; }

private:
    IndexMap m_map;
    imaging::VoxelGrid m_picture;
    bool m_stretch = false;
};

} // namespace annotations
