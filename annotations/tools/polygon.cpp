#include "annotations/tools/polygon.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace annotations {

namespace {

using detail::LinePart;
using detail::PlaneVector;

constexpr LinePart kAll{-1e12, 1e12};

/// Where the line start + t * step crosses the polygon, rising t: inside between the first and the second, the third
/// and the fourth, and so on.
void findCrossings(std::span<const PlaneVector> corners, const PlaneVector& start, const PlaneVector& step,
    std::vector<double>& crossings)
{
    const double square = step[0] * step[0] + step[1] * step[1];
    const auto side = [&](const PlaneVector& p) {
        return step[0] * (p[1] - start[1]) - step[1] * (p[0] - start[0]);
    };
    crossings.clear();
    for (std::size_t i = 0; i < corners.size(); ++i) {
        const PlaneVector& a = corners[i];
        const PlaneVector& b = corners[(i + 1) % corners.size()];
        const double ofA = side(a);
        const double ofB = side(b);
        if ((ofA < 0) == (ofB < 0))
            continue;
        const double part = ofA / (ofA - ofB);
        const double along = step[0] * (a[0] + part * (b[0] - a[0]) - start[0])
            + step[1] * (a[1] + part * (b[1] - a[1]) - start[1]);
        crossings.push_back(along / square);
    }
    std::sort(crossings.begin(), crossings.end());
}

/// The same for a line of any direction; one that is seen as a point lies within as a whole, or not at all.
void findInside(std::span<const PlaneVector> corners, const PlaneVector& start, const PlaneVector& step,
    std::vector<double>& crossings)
{
    const double flat = std::hypot(step[0], step[1]);
    if (flat > 1e-9 * std::abs(step[2]))
        return findCrossings(corners, start, step, crossings);
    findCrossings(corners, start, {1, 0, 0}, crossings);
    const auto before = std::count_if(crossings.begin(), crossings.end(), [](double at) { return at < 0; });
    crossings.clear();
    if (before % 2 != 0)
        crossings = {kAll.first, kAll.last};
}

/// The sides on which a box around the corners lies: where all are one, a line passes it by.
struct Outline
{
    std::vector<PlaneVector> corners;
    std::array<PlaneVector, 4> box;

    bool isPassedBy(const PlaneVector& start, const PlaneVector& step) const
    {
        const auto isBelow = [&](const PlaneVector& p) {
            return step[0] * (p[1] - start[1]) - step[1] * (p[0] - start[0]) < 0;
        };
        const auto below = std::count_if(box.begin(), box.end(), isBelow);
        return below == 0 || below == 4;
    }
};

Outline outlineOf(const detail::PlaneCut& cut, std::span<const PlanePosition> corners)
{
    Outline outline;
    for (const auto& corner : corners)
        if (std::isfinite(corner.column) && std::isfinite(corner.row))
            outline.corners.push_back(cut.placeOf(corner.column, corner.row));
    if (outline.corners.empty())
        return outline;
    PlaneVector low = outline.corners.front();
    PlaneVector high = low;
    for (const auto& corner : outline.corners)
        for (std::size_t i = 0; i < 2; ++i) {
            low[i] = std::min(low[i], corner[i]);
            high[i] = std::max(high[i], corner[i]);
        }
    outline.box = {PlaneVector{low[0], low[1], 0}, {high[0], low[1], 0}, {low[0], high[1], 0}, {high[0], high[1], 0}};
    return outline;
}

/// The parts of a row of voxels that lie on the wanted side of the outline.
void findParts(const Outline& outline, const PlaneVector& start, const PlaneVector& step, CutChoice::Side side,
    std::vector<double>& ends)
{
    const bool isPoint = std::hypot(step[0], step[1]) <= 1e-9 * std::abs(step[2]);
    ends.clear();
    if (isPoint || !outline.isPassedBy(start, step))
        findInside(outline.corners, start, step, ends);
    if (side == CutChoice::Side::Outside) {
        ends.insert(ends.begin(), kAll.first);
        ends.push_back(kAll.last);
    }
}

/// What was found for a row in another slice: the same when it is seen in the same place.
struct RowEnds
{
    std::optional<PlaneVector> from; ///< Where it starts.
    std::vector<double> ends;
};

/// The voxel indices between which the polygon's voxels lie: it is a prism as high as the layer that the plane cuts.
std::array<LinePart, 3> reachOf(const detail::PlaneCut& cut, std::span<const PlaneVector> corners)
{
    constexpr double kEndless = std::numeric_limits<double>::max();
    std::array<LinePart, 3> reach;
    reach.fill({kEndless, -kEndless});
    for (PlaneVector corner : corners)
        for (const double height : {cut.heightsMm().first, cut.heightsMm().last}) {
            corner[2] = height;
            const auto index = cut.indexOf(corner);
            for (std::size_t i = 0; i < 3; ++i)
                reach[i] = {std::min(reach[i].first, index[i]), std::max(reach[i].last, index[i])};
        }
    return reach;
}

} // namespace

void forRunsInPolygon(const detail::PlaneCut& cut, const imaging::VoxelGrid& grid,
    std::span<const PlanePosition> corners, CutChoice::Side side, const PolygonRuns& runs)
{
    const Outline outline = outlineOf(cut, corners);
    if (outline.corners.size() < 3)
        return;
    std::array<LinePart, 3> reach;
    reach.fill(kAll);
    if (side == CutChoice::Side::Inside)
        reach = reachOf(cut, outline.corners);
    const auto [firstSlice, lastSlice] = detail::wholeNumbers(reach[2].first, reach[2].last, grid.slices);
    const auto [firstRow, lastRow] = detail::wholeNumbers(reach[1].first, reach[1].last, grid.rows);
    std::vector<RowEnds> rows(static_cast<std::size_t>(std::max(0, lastRow - firstRow + 1)));
    for (int slice = firstSlice; slice <= lastSlice; ++slice)
        for (int row = firstRow; row <= lastRow; ++row) {
            const PlaneVector start = cut.rowStart(row, slice);
            const LinePart layer = cut.cutPart(start[2]);
            if (layer.first > layer.last)
                continue;
            auto& [from, ends] = rows[static_cast<std::size_t>(row - firstRow)];
            if (!from || std::hypot((*from)[0] - start[0], (*from)[1] - start[1]) > detail::kSameVoxel) {
                findParts(outline, start, cut.rowStep(), side, ends);
                from = start;
            }
            for (std::size_t i = 0; i + 1 < ends.size(); i += 2) {
                const auto [first, last] = detail::wholeNumbers(
                    std::max(ends[i], layer.first), std::min(ends[i + 1], layer.last), grid.columns);
                if (first <= last)
                    runs(first, last, row, slice);
            }
        }
}

std::optional<MaskRegion> fillPolygon(
    MaskEdit& edit, const imaging::Plane& plane, std::span<const PlanePosition> corners, std::uint16_t value)
{
    const detail::PlaneCut cut(edit.grid(), plane);
    std::optional<MaskRegion> region;
    forRunsInPolygon(
        cut, edit.grid(), corners, CutChoice::Side::Inside, [&](int first, int last, int row, int slice) {
            const auto count = static_cast<std::size_t>(last - first) + 1;
            edit.paintRun(edit.grid().offset({first, row, slice}), count, value);
            detail::include(region, {first, last, row, row, slice, slice});
        });
    return region;
}

} // namespace annotations
