#pragma once

#include "annotations/filters/mask_filter.h"
#include "annotations/label.h"
#include "imaging/plane.h"

#include <cstdint>
#include <optional>

namespace ui {
class ViewState;
}

namespace app {

class Session;

/// A layer of the grid's voxels.
struct GridLayer
{
    imaging::GridAxis across = imaging::GridAxis::Slice;
    int layer = 0;
};

/// What the view in hand shows; nothing for an oblique plane, which is no layer.
std::optional<GridLayer> layerInHand(const ui::ViewState& state, const imaging::VoxelGrid& grid);

/// The chosen label in all of the open picture, with what is locked or hidden, and the values that are free, so that there
/// are no more than 255 labels (a SEG of one byte a voxel).
annotations::FilterScope wholeScope(const Session& session);

/// The labels after the mask of `value` was worked on: a model's is no longer the model's alone.
annotations::LabelTable labelsAfterWork(annotations::LabelTable labels, std::uint16_t value);

} // namespace app
