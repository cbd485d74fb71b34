#include "annotations/measure/longest_diameter.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace annotations {

namespace {

struct Corner
{
    double x = 0;
    double y = 0;
};

double turn(Corner a, Corner b, Corner c)
{
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/// One side of the convex hull of corners whose y grows: Andrew's monotone chain.
template <typename Corners> void addHullSide(const Corners& corners, std::vector<Corner>& hull)
{
    const std::size_t begin = hull.size();
    for (const Corner& corner : corners) {
        while (hull.size() >= begin + 2 && turn(hull[hull.size() - 2], hull.back(), corner) <= 0)
            hull.pop_back();
        hull.push_back(corner);
    }
}

} // namespace

double longestDiameterMm(std::span<const RowRun> runs, double columnMm, double rowMm)
{
    // The leftmost and rightmost corners of each line between rows are all that the hull can have.
    std::vector<Corner> left;
    std::vector<Corner> right;
    const auto take = [](std::vector<Corner>& side, Corner corner, bool farther) {
        if (!side.empty() && side.back().y == corner.y)
            side.back().x = farther ? std::max(side.back().x, corner.x) : std::min(side.back().x, corner.x);
        else
            side.push_back(corner);
    };
    for (int edge : {0, 1}) { // Upper edges of all rows, then the lower ones.
        for (const RowRun& run : runs) {
            const double y = (run.row + edge) * rowMm;
            take(left, {run.first * columnMm, y}, false);
            take(right, {(run.last + 1) * columnMm, y}, true);
        }
    }
    const auto byPlace = [](Corner a, Corner b) { return a.y != b.y ? a.y < b.y : a.x < b.x; };
    std::vector<Corner> corners(left);
    corners.insert(corners.end(), right.begin(), right.end());
    std::sort(corners.begin(), corners.end(), byPlace);
    std::vector<Corner> hull;
    addHullSide(corners, hull);
    std::reverse(corners.begin(), corners.end());
    addHullSide(corners, hull);
    double longest = 0;
    for (std::size_t a = 0; a < hull.size(); ++a)
        for (std::size_t b = a + 1; b < hull.size(); ++b)
            longest = std::max(longest, std::hypot(hull[a].x - hull[b].x, hull[a].y - hull[b].y));
    return longest;
}

} // namespace annotations
