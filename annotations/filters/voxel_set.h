#pragma once

#include "annotations/label_map.h"
#include "annotations/mask_delta.h"
#include "imaging/geometry.h"
#include "imaging/plane.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace annotations {

/// How many voxels of a box lie along columns, rows and slices.
struct BoxSize
{
    int columns = 0;
    int rows = 0;
    int slices = 0;

    std::size_t sliceVoxels() const { return static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows); }
    std::size_t voxels() const { return sliceVoxels() * static_cast<std::size_t>(slices); }
};

BoxSize sizeOf(const MaskRegion& box);
/// The box of all voxels.
MaskRegion wholeBox(const imaging::VoxelGrid& grid);
/// One layer of a grid, all along the two other axes; `layer` must exist.
MaskRegion layerBox(const imaging::VoxelGrid& grid, imaging::GridAxis across, int layer);
/// What both have; nothing where they do not meet.
std::optional<MaskRegion> intersected(const MaskRegion& a, const MaskRegion& b);
/// The box with so many mm more on each side, whole voxels of them, as far as `within` goes.
MaskRegion widened(const MaskRegion& box, double mm, const imaging::VoxelGrid& grid, const MaskRegion& within);
/// The same by a number of voxels.
MaskRegion widenedBy(const MaskRegion& box, int voxels, const MaskRegion& within);

/// The values of a box of a labelmap, or of all of it, column fastest. `values` must outlive the block.
struct LabelBlock
{
    imaging::VoxelGrid grid; ///< Of the whole picture.
    MaskRegion box;
    std::span<const std::uint16_t> values; ///< Of the box alone.

    /// The values of one row from `box.firstColumn`; both numbers are the picture's.
    std::span<const std::uint16_t> line(int row, int slice) const;
    std::uint16_t at(imaging::VoxelIndex voxel) const;
};

/// All of a labelmap, which must outlive it.
LabelBlock blockOf(const LabelMap& map);
/// A copy of a box's values, for a LabelBlock.
std::vector<std::uint16_t> valuesIn(const LabelMap& map, const MaskRegion& box);

/// Which voxels of a box of a picture are in a set; none outside the box is.
class VoxelSet
{
public:
    /// None. `box` lies in `grid`.
    VoxelSet(const imaging::VoxelGrid& grid, const MaskRegion& box);

    const imaging::VoxelGrid& grid() const { return m_grid; } ///< Of the whole picture.
    const MaskRegion& box() const { return m_box; }
    BoxSize size() const { return sizeOf(m_box); }
    /// A grid of the box alone, with the picture's distances between voxels; it has no place.
    imaging::VoxelGrid boxGrid() const;

    /// 0 or 1 for each voxel of the box, column fastest.
    std::span<std::uint8_t> voxels() { return m_in; }
    std::span<const std::uint8_t> voxels() const { return m_in; }
    /// One row of the box; both numbers are the picture's and lie in the box.
    std::span<std::uint8_t> line(int row, int slice) { return std::span(m_in).subspan(lineAt(row, slice), columns()); }
    std::span<const std::uint8_t> line(int row, int slice) const
    {
        return std::span(m_in).subspan(lineAt(row, slice), columns());
    }

    bool contains(imaging::VoxelIndex voxel) const;
    /// Puts a voxel of the box into the set.
    void insert(imaging::VoxelIndex voxel);
    std::size_t count() const;
    bool empty() const;

private:
    std::size_t columns() const { return static_cast<std::size_t>(m_box.lastColumn - m_box.firstColumn + 1); }
    std::size_t lineAt(int row, int slice) const;

    imaging::VoxelGrid m_grid;
    MaskRegion m_box;
    std::vector<std::uint8_t> m_in;
};

/// The smallest box of the voxels that hold `value` within `within`, which the block has; nothing when none does.
std::optional<MaskRegion> boxOfLabel(const LabelBlock& block, std::uint16_t value, const MaskRegion& within);
/// The voxels of a box that hold `value`; the block has the box.
VoxelSet voxelsWith(const LabelBlock& block, std::uint16_t value, const MaskRegion& box);
/// The same voxels as far as they lie in `box`, as a set on that box.
VoxelSet cutTo(const VoxelSet& set, const MaskRegion& box);
/// The voxels of the box that are not in the set.
VoxelSet complement(const VoxelSet& set);
/// The smallest box of a set's voxels; nothing when it is empty.
std::optional<MaskRegion> boxOfVoxels(const VoxelSet& set);

/// Calls `work(i)` for the numbers from `first` to `last` on several threads; none any more once `stop` was requested.
void forEachLayer(int first, int last, std::stop_token stop, const std::function<void(int)>& work);

} // namespace annotations
