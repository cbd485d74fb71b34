#include "annotations/filters/value_sets.h"

#include "imaging/error.h"
#include "imaging/volume.h"
#include "imaging/voxel_type.h"

#include <cstddef>

namespace annotations {

VoxelSet voxelsInRange(
    const imaging::Volume& picture, const ValueRange& range, const MaskRegion& box, std::stop_token stop)
{
    if (picture.components() != 1)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "This picture is in colour, and a range of values needs grey ones: draw the mask with another tool.");
    VoxelSet set(picture.grid(), box);
    imaging::withVoxelType(picture.type(), [&](auto type) {
        const auto values = picture.voxels<decltype(type)>();
        forEachLayer(box.firstSlice, box.lastSlice, stop, [&](int slice) {
            for (int row = box.firstRow; row <= box.lastRow; ++row) {
                const auto from = values.subspan(picture.grid().offset({box.firstColumn, row, slice}));
                const auto to = set.line(row, slice);
                for (std::size_t i = 0; i < to.size(); ++i)
                    to[i] = range.contains(static_cast<double>(from[i])) ? 1 : 0;
            }
        });
    });
    return set;
}

} // namespace annotations
