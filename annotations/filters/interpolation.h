#pragma once

#include "annotations/filters/voxel_set.h"
#include "imaging/plane.h"

#include <stop_token>

namespace annotations {

/// The set with the layers that are missing between drawn ones, across an axis of the grid, by shapesBetween(). A drawn
/// layer has a voxel of the set and stays as it is. When `stop` is requested the result is worthless, and given early.
VoxelSet layersFilledIn(const VoxelSet& set, imaging::GridAxis across, std::stop_token stop = {});

/// One layer of a set across an axis, as a set of one slice: its columns and rows are, for Slice, those of the grid; for
/// Row columns and slices; for Column rows and slices.
VoxelSet layerOf(const VoxelSet& set, imaging::GridAxis across, int layer);
/// Puts such a layer into a set at a layer of the set's box; what the layer does not have stays.
void putLayer(VoxelSet& set, imaging::GridAxis across, int layer, const VoxelSet& from);

} // namespace annotations
