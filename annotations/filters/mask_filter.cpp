#include "annotations/filters/mask_filter.h"

#include "annotations/filters/islands.h"
#include "annotations/filters/shapes.h"
#include "annotations/filters/smoothing.h"
#include "annotations/filters/value_runs.h"
#include "imaging/error.h"
#include "imaging/volume.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace annotations {

namespace {

using detail::runsFor;
using detail::WantedValues;

/// Voxels that hold `from` shall hold `to`; both ways for a swap.
WantedValues renamed(std::uint16_t from, std::uint16_t to, std::optional<std::uint16_t> back = {})
{
    return [=](int, int, std::span<const std::uint16_t> now, std::span<std::uint16_t> wanted) {
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (now[i] == from)
                wanted[i] = to;
            else if (back && now[i] == to)
                wanted[i] = *back;
        }
    };
}

std::uint16_t freshValue(const FilterScope& scope, std::size_t number)
{
    if (number >= scope.fresh.size())
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The mask has more islands than there can be labels (" + std::to_string(scope.fresh.size())
                + " more): remove the small ones first.");
    return scope.fresh[number];
}

FilterOutcome splitIslands(const LabelBlock& block, const FilterScope& scope, std::stop_token stop)
{
    const VoxelSet drawn = detail::drawnVoxels(block, scope);
    const Islands islands = islandsOf(drawn, Neighbours::Corners, stop);
    FilterOutcome outcome;
    if (islands.voxels.size() < 2)
        return outcome;
    outcome.fresh = islands.voxels.size() - 1;
    outcome.lost = drawn.count() - islands.voxels.front();
    freshValue(scope, outcome.fresh - 1);
    for (const IslandRun& run : islands.runs)
        if (run.island > 0)
            outcome.runs.push_back({block.grid.offset({run.firstColumn, run.row, run.slice}),
                static_cast<std::size_t>(run.lastColumn - run.firstColumn + 1), scope.fresh[run.island - 1]});
    return outcome;
}

FilterOutcome splitByPlane(
    const LabelBlock& block, const imaging::Plane& plane, const FilterScope& scope, std::stop_token stop)
{
    VoxelSet front = detail::drawnVoxels(block, scope);
    const std::size_t all = front.count();
    const imaging::PatientPoint normal = plane.normal();
    constexpr double kOnPlaneMm = 1e-6; // What the plane cuts through the middle stays.
    forEachLayer(front.box().firstSlice, front.box().lastSlice, stop, [&](int slice) {
        for (int row = front.box().firstRow; row <= front.box().lastRow; ++row) {
            const auto line = front.line(row, slice);
            for (std::size_t i = 0; i < line.size(); ++i) {
                const auto at = block.grid.toPatient(front.box().firstColumn + static_cast<double>(i), row, slice);
                if (imaging::dot(at - plane.origin, normal) <= kOnPlaneMm)
                    line[i] = 0;
            }
        }
    });
    const std::size_t inFront = front.count();
    if (inFront == 0 || inFront == all)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "All of the mask lies on one side of the shown plane: show one that cuts it.");
    auto outcome =
        runsFor(block, scope, {}, detail::addTo(front, freshValue(scope, 0), scope.box.firstColumn), stop);
    outcome.fresh = 1;
    return outcome;
}

/// The box of all labels' voxels in the scope's box.
std::optional<MaskRegion> labelledBox(const LabelBlock& block, const MaskRegion& within)
{
    return boxOfVoxels(complement(voxelsWith(block, 0, within)));
}

FilterOutcome smoothJointly(const LabelBlock& block, double mm, FilterScope scope, std::stop_token stop)
{
    const auto labelled = labelledBox(block, scope.box);
    if (!labelled)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "There is no mask here: draw one first.");
    scope.box = widened(*labelled, mm, block.grid, scope.box);
    scope.over = FilterOver::Others;
    const auto values = jointlySmoothed(block, scope.box, mm, scope.locked, stop);
    const LabelBlock smooth{block.grid, scope.box, values};
    return runsFor(
        block, scope, {},
        [&](int row, int slice, std::span<const std::uint16_t>, std::span<std::uint16_t> wanted) {
            const auto line = smooth.line(row, slice);
            std::copy(line.begin(), line.end(), wanted.begin());
        },
        stop);
}

/// The rim goes to the other label; the label itself keeps what it has.
FilterOutcome makeMargin(const LabelBlock& block, const imaging::Volume& picture, const MaskFilter& filter,
    const FilterScope& scope, std::stop_token stop)
{
    const VoxelSet wide = detail::shapeOf(block, picture, filter, scope, stop);
    const auto add = detail::addTo(wide, filter.other, scope.box.firstColumn);
    FilterScope forOther = scope;
    forOther.label = filter.other;
    return runsFor(
        block, forOther, {},
        [&](int row, int slice, std::span<const std::uint16_t> now, std::span<std::uint16_t> wanted) {
            add(row, slice, now, wanted);
            for (std::size_t i = 0; i < now.size(); ++i)
                if (now[i] == scope.label)
                    wanted[i] = now[i];
        },
        stop);
}

/// Of the kinds that change which label voxels hold.
FilterOutcome relabelled(const LabelBlock& block, const MaskFilter& filter, const FilterScope& scope, std::stop_token stop)
{
    const std::array<std::uint16_t, 1> other{filter.other};
    const bool fromOther = filter.kind == FilterKind::Merge;
    if (!boxOfLabel(block, fromOther ? filter.other : scope.label, scope.box) && filter.kind != FilterKind::Swap)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            fromOther ? "The other label has no mask here: choose another one, or other slices."
                      : "The label has no mask here: choose other slices, or draw one first.");
    switch (filter.kind) {
    case FilterKind::Merge:
        return runsFor(block, scope, other, renamed(filter.other, scope.label), stop);
    case FilterKind::MoveTo:
        return runsFor(block, scope, other, renamed(scope.label, filter.other), stop);
    default:
        return runsFor(block, scope, other, renamed(scope.label, filter.other, scope.label), stop);
    }
}

} // namespace

FilterOutcome filterMask(const LabelBlock& block, const imaging::Volume& picture, const MaskFilter& filter,
    const FilterScope& scope, std::stop_token stop, const imaging::Progress& progress)
{
    progress.report(0.1, "working on the mask");
    if (detail::makesShape(filter.kind)) {
        const VoxelSet shape = detail::shapeOf(block, picture, filter, scope, stop);
        progress.report(0.8, "comparing masks");
        return runsFor(block, scope, {}, detail::replaceBy(shape, scope.label, scope.box.firstColumn), stop);
    }
    switch (filter.kind) {
    case FilterKind::SplitIslands:
        return splitIslands(block, scope, stop);
    case FilterKind::SplitByPlane:
        return splitByPlane(block, filter.plane, scope, stop);
    case FilterKind::JointMedian:
        return smoothJointly(block, filter.mm, scope, stop);
    case FilterKind::Margin:
        return makeMargin(block, picture, filter, scope, stop);
    default:
        return relabelled(block, filter, scope, stop);
    }
}

FilterOutcome addToLabel(const LabelBlock& block, const VoxelSet& wanted, const FilterScope& scope)
{
    return runsFor(block, scope, {}, detail::addTo(wanted, scope.label, scope.box.firstColumn));
}

std::size_t FilterOutcome::changed() const
{
    std::size_t voxels = 0;
    for (const ValueRun& run : runs)
        voxels += run.count;
    return voxels;
}

std::size_t paint(MaskEdit& edit, const FilterOutcome& outcome)
{
    std::size_t painted = 0;
    for (const ValueRun& run : outcome.runs)
        painted += edit.paintRun(run.offset, run.count, run.value);
    return painted;
}

} // namespace annotations
