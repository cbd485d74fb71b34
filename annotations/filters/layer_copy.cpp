#include "annotations/filters/layer_copy.h"

#include <algorithm>

namespace annotations {

LayerCopy copyLayer(const LabelMap& map, std::uint16_t label, imaging::GridAxis across, int layer)
{
    return {voxelsWith(blockOf(map), label, layerBox(map.grid(), across, layer)), across};
}

VoxelSet onLayer(const LayerCopy& copy, int layer)
{
    VoxelSet there(copy.voxels.grid(), layerBox(copy.voxels.grid(), copy.across, layer));
    std::ranges::copy(copy.voxels.voxels(), there.voxels().begin());
    return there;
}

} // namespace annotations
