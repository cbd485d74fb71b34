#pragma once

#include "imaging/volume.h"
#include "imaging/voxel_type.h"

#include <algorithm>
#include <cstddef>

namespace annotations {

/// Grey values, both ends included: Hounsfield units for CT. A value that is no number lies in none.
struct ValueRange
{
    double low = 0;
    double high = 0;

    bool contains(double value) const { return value >= low && value <= high; }

    friend bool operator==(const ValueRange&, const ValueRange&) = default;
};

/// Which voxels may be changed: those whose value in the picture lies in a range.
struct ValueGate
{
    const imaging::Volume* picture = nullptr; ///< Grey, on the grid of the masks; must outlive the edit.
    ValueRange range;

    bool fits(const imaging::VoxelGrid& grid) const
    {
        return picture && picture->components() == 1 && picture->grid() == grid;
    }
    bool letsThrough(imaging::VoxelIndex voxel) const { return range.contains(picture->value(voxel)); }
};

/// Calls `function(offset, count)` for each run of voxels that the gate lets through among `count` from `offset` in
/// memory order.
template <typename Function>
void forRunsLetThrough(const ValueGate& gate, std::size_t offset, std::size_t count, Function&& function)
{
    imaging::withVoxelType(gate.picture->type(), [&](auto type) {
        const auto values = gate.picture->voxels<decltype(type)>().subspan(offset, count);
        const auto isIn = [&](auto value) { return gate.range.contains(static_cast<double>(value)); };
        for (auto at = values.begin(); at != values.end();) {
            const auto begin = std::find_if(at, values.end(), isIn);
            at = std::find_if_not(begin, values.end(), isIn);
            if (at != begin)
                function(offset + static_cast<std::size_t>(begin - values.begin()), static_cast<std::size_t>(at - begin));
        }
    });
}

} // namespace annotations
