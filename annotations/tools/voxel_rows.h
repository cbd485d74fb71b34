#pragma once

#include "annotations/mask_delta.h"
#include "imaging/geometry.h"
#include "imaging/plane.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace annotations::detail {

/// Neighbouring voxels of one row of a grid.
struct RowSpan
{
    int first = 0; ///< Column.
    int last = 0;
    int row = 0;
    int slice = 0;
};

/// The part of a grid in which a tool looks for what is connected: a piece of each row of voxels. Its voxels are
/// numbered from 0, row by row, so that what is known of them takes no more room than they do.
class VoxelRows
{
public:
    /// What a plane cuts, as a brush paints it (BrushTip::Disc). Throws Error(WrongUse) when its place is not finite.
    VoxelRows(const imaging::VoxelGrid& grid, const imaging::Plane& plane);
    /// A box.
    VoxelRows(const imaging::VoxelGrid& grid, const MaskRegion& box);

    std::size_t size() const { return m_size; }
    const imaging::VoxelGrid& grid() const { return m_grid; }

    /// The number of a voxel; nothing for one that is none of these.
    std::optional<std::size_t> numberOf(imaging::VoxelIndex voxel) const;
    /// All rows, numbered in this order.
    std::vector<RowSpan> all() const;

    /// The voxels that are connected with `seed` by their faces through voxels that are `in` (one byte a voxel, by its
    /// number; 0: out). None when the seed is out or none of these. Takes what it gives out of `in`.
    std::vector<RowSpan> connected(imaging::VoxelIndex seed, std::span<std::uint8_t> in) const;

private:
    struct Row
    {
        int first = 0;
        int last = -1;
        std::size_t begin = 0; ///< The first voxel's number.
    };

    void append(int first, int last);
    const Row* rowAt(int row, int slice) const;
    void takeSpan(int column, int row, int slice, std::span<std::uint8_t> in, std::vector<RowSpan>& spans) const;

    imaging::VoxelGrid m_grid;
    MaskRegion m_box; ///< That the rows lie in.
    std::vector<Row> m_rows; ///< Of the box.
    std::size_t m_size = 0;
};

} // namespace annotations::detail
