#pragma once

#include "annotations/filters/voxel_set.h"
#include "annotations/tools/tool.h"

#include <stop_token>

namespace imaging {
class Volume;
}

namespace annotations {

/// The voxels of a box whose values in the picture lie in a range, both ends included. Throws Error(WrongUse) for a
/// picture in colour. When `stop` is requested the result is worthless, and given early.
VoxelSet voxelsInRange(
    const imaging::Volume& picture, const ValueRange& range, const MaskRegion& box, std::stop_token stop = {});

} // namespace annotations
