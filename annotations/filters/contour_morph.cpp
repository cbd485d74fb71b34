#include "annotations/filters/contour_morph.h"

#include "annotations/filters/island_pairs.h"
#include "annotations/seg/distance_transform.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace annotations {

namespace {

using detail::Pixel;
using detail::Pixels;
using detail::ShapePair;

/// The rectangle around pixels with an empty margin, and pixels laid on it.
struct Canvas
{
    Pixel first;
    int columns = 0;
    int rows = 0;

    std::size_t at(Pixel pixel) const
    {
        return static_cast<std::size_t>((pixel.row - first.row) * columns + pixel.column - first.column);
    }
    std::vector<std::uint8_t> draw(const Pixels& pixels) const
    {
        std::vector<std::uint8_t> drawn(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
        for (const Pixel& pixel : pixels)
            drawn[at(pixel)] = 1;
        return drawn;
    }
};

Canvas canvasAround(const Pixels& a, const Pixels& b)
{
    Pixel first{std::numeric_limits<int>::max(), std::numeric_limits<int>::max()};
    Pixel last{std::numeric_limits<int>::min(), std::numeric_limits<int>::min()};
    for (const Pixels* pixels : {&a, &b})
        for (const Pixel& pixel : *pixels) {
            first = {std::min(first.column, pixel.column), std::min(first.row, pixel.row)};
            last = {std::max(last.column, pixel.column), std::max(last.row, pixel.row)};
        }
    return {{first.column - 1, first.row - 1}, last.column - first.column + 3, last.row - first.row + 3};
}

Pixels movedBy(Pixels pixels, Pixel by)
{
    for (Pixel& pixel : pixels)
        pixel = {pixel.column + by.column, pixel.row + by.row};
    return pixels;
}

std::array<double, 2> middleOf(const Pixels& pixels)
{
    std::array<double, 2> sum{};
    for (const Pixel& pixel : pixels) {
        sum[0] += pixel.column;
        sum[1] += pixel.row;
    }
    const auto count = static_cast<double>(pixels.size());
    return {sum[0] / count, sum[1] / count};
}

imaging::VoxelGrid gridOf(const Canvas& canvas, const imaging::VoxelGrid& like)
{
    imaging::VoxelGrid grid;
    grid.columns = canvas.columns;
    grid.rows = canvas.rows;
    grid.slices = 1;
    grid.spacingMm = like.spacingMm;
    return grid;
}

/// How deep each pixel of a shape lies in it: the distance in mm to the nearest pixel that is not in it.
std::vector<float> depthsOf(const Canvas& canvas, const Pixels& pixels, const imaging::VoxelGrid& grid)
{
    std::vector<std::uint8_t> outside = canvas.draw(pixels);
    for (std::uint8_t& in : outside)
        in = in ? 0 : 1;
    const auto squared = squaredDistances(outside, gridOf(canvas, grid));
    std::vector<float> depths;
    depths.reserve(pixels.size());
    for (const Pixel& pixel : pixels)
        depths.push_back(std::sqrt(squared[canvas.at(pixel)]));
    return depths;
}

Pixel deepestOf(const Pixels& pixels, const imaging::VoxelGrid& grid)
{
    const auto depths = depthsOf(canvasAround(pixels, {}), pixels, grid);
    return pixels[static_cast<std::size_t>(std::max_element(depths.begin(), depths.end()) - depths.begin())];
}

std::size_t overlapOf(const Pixels& a, const Pixels& b, Pixel moveB)
{
    const Pixels there = movedBy(b, moveB);
    const Canvas canvas = canvasAround(a, there);
    const auto drawn = canvas.draw(a);
    return static_cast<std::size_t>(
        std::count_if(there.begin(), there.end(), [&](const Pixel& pixel) { return drawn[canvas.at(pixel)] != 0; }));
}

/// How far `b` lies from `a`: middle from middle, or as they are, whichever lets them have more in common; where neither
/// does, as shapes that are bent, their deepest pixels are laid on one another.
Pixel shiftFrom(const Pixels& a, const Pixels& b, const imaging::VoxelGrid& grid)
{
    const auto from = middleOf(a);
    const auto to = middleOf(b);
    const Pixel byMiddle{static_cast<int>(std::lround(to[0] - from[0])), static_cast<int>(std::lround(to[1] - from[1]))};
    const std::size_t asMoved = overlapOf(a, b, {-byMiddle.column, -byMiddle.row});
    const std::size_t asTheyAre = overlapOf(a, b, {});
    if (asMoved == 0 && asTheyAre == 0) {
        const Pixel deepA = deepestOf(a, grid);
        const Pixel deepB = deepestOf(b, grid);
        return {deepB.column - deepA.column, deepB.row - deepA.row};
    }
    return asMoved >= asTheyAre ? byMiddle : Pixel{};
}

/// When, from 0 at the layer of `pixels` to 1 at the other, each of them is no longer in the shape: those farthest from
/// what both have in common go first. Those to which no way leads go half-way.
std::vector<float> goingTimes(const Canvas& canvas, const Pixels& pixels,
    const std::vector<std::uint8_t>& other, const imaging::VoxelGrid& grid)
{
    const auto domain = canvas.draw(pixels);
    std::vector<std::int32_t> common(domain.size(), -1);
    for (std::size_t i = 0; i < domain.size(); ++i)
        if (domain[i] && other[i])
            common[i] = 0;
    const auto spread = detail::spreadFrom(common, domain, canvas.columns, grid.spacingMm[0], grid.spacingMm[1]);
    float farthest = 0;
    for (const Pixel& pixel : pixels)
        if (const float distance = spread.distanceMm[canvas.at(pixel)]; std::isfinite(distance))
            farthest = std::max(farthest, distance);
    std::vector<float> times;
    times.reserve(pixels.size());
    for (const Pixel& pixel : pixels) {
        const float distance = spread.distanceMm[canvas.at(pixel)];
        const bool common0 = distance == 0 || farthest == 0;
        times.push_back(!std::isfinite(distance) ? 0.5F : common0 ? 1.0F : 1 - distance / farthest);
    }
    return times;
}

void drawOn(VoxelSet& shape, Pixel pixel)
{
    const BoxSize size = shape.size();
    if (pixel.column >= 0 && pixel.row >= 0 && pixel.column < size.columns && pixel.row < size.rows)
        shape.voxels()[static_cast<std::size_t>(pixel.row) * static_cast<std::size_t>(size.columns)
            + static_cast<std::size_t>(pixel.column)] = 1;
}

double fractionOf(std::size_t index, std::size_t count)
{
    return static_cast<double>(index + 1) / static_cast<double>(count + 1);
}

void drawPair(const ShapePair& pair, const imaging::VoxelGrid& grid, std::vector<VoxelSet>& shapes)
{
    const Pixel shift = shiftFrom(pair.a, pair.b, grid);
    const Pixels b = movedBy(pair.b, {-shift.column, -shift.row});
    const Canvas canvas = canvasAround(pair.a, b);
    const auto timesOfA = goingTimes(canvas, pair.a, canvas.draw(b), grid);
    const auto timesOfB = goingTimes(canvas, b, canvas.draw(pair.a), grid);
    constexpr double kSlack = 1e-6;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const double fraction = fractionOf(i, shapes.size());
        const Pixel there{static_cast<int>(std::lround(fraction * shift.column)),
            static_cast<int>(std::lround(fraction * shift.row))};
        const auto draw = [&](const Pixels& pixels, const std::vector<float>& times, double gone) {
            for (std::size_t k = 0; k < pixels.size(); ++k)
                if (times[k] + kSlack >= gone)
                    drawOn(shapes[i], {pixels[k].column + there.column, pixels[k].row + there.row});
        };
        draw(pair.a, timesOfA, fraction);
        draw(b, timesOfB, 1 - fraction);
    }
}

/// An island without a partner gets thinner from its sides, and has an end half-way.
void drawEnd(const Pixels& pixels, bool ofA, const imaging::VoxelGrid& grid, std::vector<VoxelSet>& shapes)
{
    const auto depths = depthsOf(canvasAround(pixels, {}), pixels, grid);
    const float deepest = *std::max_element(depths.begin(), depths.end());
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const double fraction = fractionOf(i, shapes.size());
        const double gone = 2 * (ofA ? fraction : 1 - fraction) * deepest;
        for (std::size_t k = 0; k < pixels.size(); ++k)
            if (depths[k] > gone)
                drawOn(shapes[i], pixels[k]);
    }
}

} // namespace

std::vector<VoxelSet> shapesBetween(const VoxelSet& a, const VoxelSet& b, int count)
{
    std::vector<VoxelSet> shapes(static_cast<std::size_t>(count), VoxelSet(a.grid(), a.box()));
    for (const ShapePair& pair : detail::pairsOf(a, b)) {
        if (pair.a.empty() || pair.b.empty())
            drawEnd(pair.a.empty() ? pair.b : pair.a, !pair.a.empty(), a.grid(), shapes);
        else
            drawPair(pair, a.grid(), shapes);
    }
    return shapes;
}

} // namespace annotations
