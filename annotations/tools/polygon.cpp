#include "annotations/tools/polygon.h"

#include "annotations/tools/plane_cut.h"

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

std::optional<MaskRegion> fillPolygon(
    MaskEdit& edit, const imaging::Plane& plane, std::span<const PlanePosition> corners, std::uint16_t value)
{
    const detail::PlaneCut cut(edit.grid(), plane);
    std::vector<PlaneVector> places;
    for (const auto& corner : corners)
        if (std::isfinite(corner.column) && std::isfinite(corner.row))
            places.push_back(cut.placeOf(corner.column, corner.row));
    std::optional<MaskRegion> region;
    if (places.size() < 3)
        return region;
    const auto& grid = edit.grid();
    const auto reach = reachOf(cut, places);
    const auto [firstSlice, lastSlice] = detail::wholeNumbers(reach[2].first, reach[2].last, grid.slices);
    const auto [firstRow, lastRow] = detail::wholeNumbers(reach[1].first, reach[1].last, grid.rows);
    std::vector<double> crossings;
    for (int slice = firstSlice; slice <= lastSlice; ++slice)
        for (int row = firstRow; row <= lastRow; ++row) {
            const PlaneVector start = cut.rowStart(row, slice);
            const LinePart layer = cut.cutPart(start[2]);
            findInside(places, start, cut.rowStep(), crossings);
            for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
                const auto [first, last] = detail::wholeNumbers(std::max(crossings[i], layer.first),
                    std::min(crossings[i + 1], layer.last), grid.columns);
                if (first > last)
                    continue;
                edit.paintRun(grid.offset({first, row, slice}), static_cast<std::size_t>(last - first) + 1, value);
                detail::include(region, {first, last, row, row, slice, slice});
            }
        }
    return region;
}

} // namespace annotations
