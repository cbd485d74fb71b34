#pragma once

#include "annotations/filters/voxel_set.h"
#include "annotations/label_map.h"
#include "imaging/plane.h"

#include <cstdint>

namespace annotations {

/// The mask of a label on one layer of a grid, which can be laid on other layers across the same axis.
struct LayerCopy
{
    VoxelSet voxels; ///< On the layer's box.
    imaging::GridAxis across = imaging::GridAxis::Slice;
};

/// What the label holds on a layer, which must exist.
LayerCopy copyLayer(const LabelMap& map, std::uint16_t label, imaging::GridAxis across, int layer);

/// The same voxels on another layer of the same grid.
VoxelSet onLayer(const LayerCopy& copy, int layer);

} // namespace annotations
