#pragma once

#include "annotations/label.h"
#include "annotations/zeroed_allocator.h"
#include "imaging/geometry.h"

#include <cstdint>
#include <span>
#include <vector>

namespace annotations {

/// Segments on the grid of a volume: one value a voxel, 0 for none. Values change only through MaskEdit and MaskDelta.
class LabelMap
{
public:
    using Voxels = std::vector<std::uint16_t, ZeroedAllocator<std::uint16_t>>;

    /// All voxels 0.
    explicit LabelMap(const imaging::VoxelGrid& grid);
    /// Takes voxels over that were made elsewhere (a file, a model). Throws Error(Internal) when their number does not
    /// fit the grid.
    LabelMap(const imaging::VoxelGrid& grid, Voxels voxels);
    /// The same with a copy of the voxels.
    LabelMap(const imaging::VoxelGrid& grid, std::span<const std::uint16_t> voxels);

    const imaging::VoxelGrid& grid() const { return m_grid; }
    std::span<const std::uint16_t> voxels() const { return m_voxels; }
    /// One slice's voxels, row by row.
    std::span<const std::uint16_t> slice(int index) const;
    std::uint16_t at(imaging::VoxelIndex voxel) const { return m_voxels[m_grid.offset(voxel)]; }
    bool empty() const; ///< No voxel is labelled.
    std::size_t count(std::uint16_t value) const; ///< Voxels that hold `value`.

private:
    friend class MaskEdit;
    friend class MaskDelta;

    imaging::VoxelGrid m_grid;
    Voxels m_voxels;
};

} // namespace annotations
