#pragma once

#include "annotations/filters/grow.h"
#include "annotations/filters/voxel_set.h"
#include "annotations/mask_edit.h"
#include "annotations/tools/tool.h"
#include "imaging/plane.h"
#include "imaging/progress.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace imaging {
class Volume;
}

namespace annotations {

/// What is done to a label's mask. "The other" is a second label: a voxel holds one label, so what one gets of another's
/// the other loses.
enum class FilterKind : std::uint8_t {
    Threshold, ///< The label holds what lies in a range of the picture's values, and nothing else.
    LimitToValues, ///< Of the label is left what lies in a range of the picture's values.
    KeepLargest, ///< The largest islands are left.
    RemoveSmall, ///< Islands from a size on are left.
    KeepAt, ///< The island at a voxel is left.
    SplitIslands, ///< Each island but the largest gets a label of its own.
    Median,
    JointMedian, ///< The same of all labels at once.
    Open,
    Close,
    FillHoles,
    Grow,
    Shrink,
    Hollow,
    Margin, ///< What growing would add goes to the other.
    Subtract, ///< The label loses what lies within mm of the other.
    Intersect, ///< Of the label is left what lies within mm of the other.
    Merge, ///< The label gets all that the other holds, which is empty then.
    MoveTo, ///< The other gets all that the label holds, which is empty then.
    Swap,
    Invert, ///< The label holds what it did not hold.
    Clear,
    Interpolate, ///< Between drawn layers.
    SplitByPlane, ///< What lies in front of a plane gets a label of its own.
};

/// A kind with what its name leaves open.
struct MaskFilter
{
    FilterKind kind = FilterKind::Median;
    std::uint16_t other = 0; ///< The second label, for the kinds that have one.
    ValueRange range = {}; ///< Of the picture's values.
    double mm = 0; ///< A radius, a distance or a thickness.
    int count = 1; ///< Islands that are left.
    double smallest = 0; ///< Of an island: mm3, where `measure` says so mm2 or voxels.
    enum class Measure : std::uint8_t { Volume, Area, Voxels } measure = Measure::Volume;
    ShellSide side = ShellSide::Inside;
    imaging::GridAxis across = imaging::GridAxis::Slice; ///< The layers between which shapes are interpolated.
    imaging::VoxelIndex at; ///< For KeepAt.
    imaging::Plane plane; ///< For SplitByPlane; its front is where its normal points.
};

/// Whether slices are seen together or each is a picture of its own.
enum class FilterExtent : std::uint8_t { Volume, EachSlice };

/// Which voxels a label may take that another one holds.
enum class FilterOver : std::uint8_t { Empty, Others };

/// Where a filter works, and what it must leave alone.
struct FilterScope
{
    std::uint16_t label = 1;
    MaskRegion box; ///< Nothing outside of it is looked at or changed.
    FilterExtent extent = FilterExtent::Volume;
    FilterOver over = FilterOver::Empty;
    std::vector<std::uint16_t> locked; ///< Values that neither lose nor get a voxel.
    std::vector<std::uint16_t> fresh; ///< Values for the labels that splitting makes.
};

/// Neighbouring voxels, in memory order of the picture, that are to hold a value.
struct ValueRun
{
    std::size_t offset = 0;
    std::size_t count = 0;
    std::uint16_t value = 0;

    friend bool operator==(const ValueRun&, const ValueRun&) = default;
};

/// What is to be painted, each voxel once and only where it changes.
struct FilterOutcome
{
    std::vector<ValueRun> runs;
    std::size_t fresh = 0; ///< How many of the scope's new values are used.
    std::size_t kept = 0; ///< Voxels that would have changed, but are locked or another label's.
    std::size_t gained = 0; ///< Voxels that the label gets; of Margin the other label.
    std::size_t lost = 0; ///< Voxels that it loses.

    std::size_t changed() const; ///< Voxels, of all labels.
};

/// What a filter makes of the masks in `block`, which has the scope's box. `picture` lies on the same grid. Locks hold
/// here and again in the edit that paints the outcome.
/// Throws Error(WrongUse) with a sentence for what cannot be done: no island at the voxel, more islands than values, a
/// picture in colour for a range of values. When `stop` is requested the outcome is worthless, and given early.
FilterOutcome filterMask(const LabelBlock& block, const imaging::Volume& picture, const MaskFilter& filter,
    const FilterScope& scope, std::stop_token stop = {}, const imaging::Progress& progress = {});

/// What puts the voxels of `wanted`, all in the scope's box, into the label, without taking any away: a pasted mask.
FilterOutcome addToLabel(const LabelBlock& block, const VoxelSet& wanted, const FilterScope& scope);

/// Paints the outcome as far as the edit's rules let it; gives how many voxels were changed.
std::size_t paint(MaskEdit& edit, const FilterOutcome& outcome);

} // namespace annotations
