#include "annotations/filters/shapes.h"

#include "annotations/filters/interpolation.h"
#include "annotations/filters/islands.h"
#include "annotations/filters/smoothing.h"
#include "annotations/filters/value_sets.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace annotations::detail {

namespace {

/// How many voxels an island must have.
std::size_t smallestOf(const MaskFilter& filter, const imaging::VoxelGrid& grid)
{
    double voxel = 1;
    if (filter.measure != MaskFilter::Measure::Voxels)
        voxel = grid.spacingMm[0] * grid.spacingMm[1];
    if (filter.measure == MaskFilter::Measure::Volume)
        voxel *= grid.spacingMm[2];
    return static_cast<std::size_t>(std::max(0.0, std::ceil(filter.smallest / voxel - 1e-9)));
}

VoxelSet both(VoxelSet a, const VoxelSet& b)
{
    const VoxelSet there = cutTo(b, a.box());
    for (std::size_t i = 0; i < a.voxels().size(); ++i)
        a.voxels()[i] &= there.voxels()[i];
    return a;
}

/// What lies within mm of the other label.
VoxelSet nearOther(
    const LabelBlock& block, const MaskFilter& filter, const FilterScope& scope, std::stop_token stop)
{
    const auto box = boxOfLabel(block, filter.other, scope.box);
    if (!box)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The other label has no mask here: choose another one, or other slices.");
    return grown(voxelsWith(block, filter.other, *box), filter.mm, scope.box, stop);
}

VoxelSet islandAt(const VoxelSet& set, const MaskFilter& filter, std::stop_token stop)
{
    VoxelSet island = keepIslandAt(set, filter.at, stop);
    if (island.empty() && !stop.stop_requested())
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The label has no mask where the crosshair is: click at the island that is to be kept.");
    return island;
}

/// Of kinds that look at the shape alone, on a whole box or on one slice of it.
VoxelSet changed(const VoxelSet& set, const MaskFilter& filter, const MaskRegion& within, std::stop_token stop)
{
    switch (filter.kind) {
    case FilterKind::KeepLargest:
        return keepLargest(set, filter.count, stop);
    case FilterKind::RemoveSmall:
        return removeSmall(set, smallestOf(filter, set.grid()), stop);
    case FilterKind::Median:
        return medianOf(set, filter.mm, within, stop);
    case FilterKind::Open:
        return opened(set, filter.mm, within, stop);
    case FilterKind::Close:
        return closed(set, filter.mm, within, stop);
    case FilterKind::FillHoles:
        return holesFilled(set, within, stop);
    case FilterKind::Grow:
    case FilterKind::Margin:
        return grown(set, filter.mm, within, stop);
    case FilterKind::Shrink:
        return shrunk(set, filter.mm, within, stop);
    case FilterKind::Hollow:
        return shell(set, filter.mm, filter.side, within, stop);
    default:
        return set;
    }
}

/// Each slice as if it were the only one.
VoxelSet changedBySlice(
    const VoxelSet& set, const MaskFilter& filter, const MaskRegion& within, std::stop_token stop)
{
    VoxelSet result(set.grid(), within);
    forEachLayer(set.box().firstSlice, set.box().lastSlice, stop, [&](int slice) {
        const auto flat = [slice](MaskRegion box) {
            box.firstSlice = box.lastSlice = slice;
            return box;
        };
        const VoxelSet made = cutTo(changed(cutTo(set, flat(set.box())), filter, flat(within), stop), flat(within));
        const auto to = result.voxels().subspan(
            static_cast<std::size_t>(slice - within.firstSlice) * made.voxels().size(), made.voxels().size());
        std::copy(made.voxels().begin(), made.voxels().end(), to.begin());
    });
    return result;
}

} // namespace

bool makesShape(FilterKind kind)
{
    switch (kind) {
    case FilterKind::SplitIslands:
    case FilterKind::SplitByPlane:
    case FilterKind::JointMedian:
    case FilterKind::Margin:
    case FilterKind::Merge:
    case FilterKind::MoveTo:
    case FilterKind::Swap:
        return false;
    default:
        return true;
    }
}

VoxelSet drawnVoxels(const LabelBlock& block, const FilterScope& scope)
{
    const auto box = boxOfLabel(block, scope.label, scope.box);
    if (!box)
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "The label has no mask here: choose other slices, or draw one first.");
    return voxelsWith(block, scope.label, *box);
}

VoxelSet shapeOf(const LabelBlock& block, const imaging::Volume& picture, const MaskFilter& filter,
    const FilterScope& scope, std::stop_token stop)
{
    switch (filter.kind) {
    case FilterKind::Threshold:
        return voxelsInRange(picture, filter.range, scope.box, stop);
    case FilterKind::Invert:
        return complement(voxelsWith(block, scope.label, scope.box));
    default:
        break;
    }
    const VoxelSet drawn = drawnVoxels(block, scope);
    switch (filter.kind) {
    case FilterKind::LimitToValues:
        return both(drawn, voxelsInRange(picture, filter.range, drawn.box(), stop));
    case FilterKind::KeepAt:
        return islandAt(drawn, filter, stop);
    case FilterKind::Subtract:
        return both(drawn, complement(cutTo(nearOther(block, filter, scope, stop), drawn.box())));
    case FilterKind::Intersect:
        return both(drawn, nearOther(block, filter, scope, stop));
    case FilterKind::Clear:
        return VoxelSet(drawn.grid(), drawn.box());
    case FilterKind::Interpolate:
        return layersFilledIn(drawn, filter.across, stop);
    default:
        return scope.extent == FilterExtent::EachSlice ? changedBySlice(drawn, filter, scope.box, stop)
                                                       : changed(drawn, filter, scope.box, stop);
    }
}

} // namespace annotations::detail
