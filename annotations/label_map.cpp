#include "annotations/label_map.h"

#include "imaging/error.h"

#include <algorithm>

namespace annotations {

LabelMap::LabelMap(const imaging::VoxelGrid& grid)
    : LabelMap(grid, Voxels(grid.voxels()))
{
}

LabelMap::LabelMap(const imaging::VoxelGrid& grid, std::span<const std::uint16_t> voxels)
    : LabelMap(grid, Voxels(voxels.begin(), voxels.end()))
{
}

LabelMap::LabelMap(const imaging::VoxelGrid& grid, Voxels voxels)
    : m_grid(grid)
    , m_voxels(std::move(voxels))
{
    if (m_voxels.size() != grid.voxels())
        throw imaging::Error(imaging::ErrorKind::Internal, "A labelmap's voxels do not fit its grid.");
}

std::span<const std::uint16_t> LabelMap::slice(int index) const
{
    if (index < 0 || index >= m_grid.slices)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The labelmap has no slice " + std::to_string(index) + ".");
    return voxels().subspan(static_cast<std::size_t>(index) * m_grid.sliceVoxels(), m_grid.sliceVoxels());
}

bool LabelMap::empty() const
{
    return std::all_of(m_voxels.begin(), m_voxels.end(), [](std::uint16_t v) { return v == 0; });
}

std::size_t LabelMap::count(std::uint16_t value) const
{
    return static_cast<std::size_t>(std::count(m_voxels.begin(), m_voxels.end(), value));
}

} // namespace annotations
