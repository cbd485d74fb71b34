#include "annotations/filters/smoothing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <set>
#include <utility>

namespace annotations {

namespace {

using Reach = std::array<int, 3>;

Reach reachOf(double radiusMm, const imaging::VoxelGrid& grid, const MaskRegion& within)
{
    const BoxSize size = sizeOf(within);
    const std::array<int, 3> layers{size.columns, size.rows, size.slices};
    Reach reach{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double voxels = std::max(1.0, std::round(radiusMm / grid.spacingMm[axis]));
        reach[axis] = layers[axis] > 1 ? static_cast<int>(std::min<double>(voxels, layers[axis])) : 0;
    }
    return reach;
}

/// Replaces `size` counts, `stride` apart, by the sums of those up to `reach` away; `width` such lines lie side by side.
void sumLines(std::uint32_t* first, std::size_t width, int size, std::size_t stride, int reach)
{
    std::vector<std::uint32_t> sums(width);
    std::vector<std::uint32_t> before(static_cast<std::size_t>(size) * width);
    const auto at = [&](int i) { return before.data() + static_cast<std::size_t>(i) * width; };
    for (int i = 0; i < size; ++i)
        std::copy_n(first + static_cast<std::size_t>(i) * stride, width, at(i));
    for (int i = 0; i < std::min(reach, size); ++i)
        for (std::size_t k = 0; k < width; ++k)
            sums[k] += at(i)[k];
    for (int i = 0; i < size; ++i) {
        if (i + reach < size)
            for (std::size_t k = 0; k < width; ++k)
                sums[k] += at(i + reach)[k];
        if (i - reach > 0)
            for (std::size_t k = 0; k < width; ++k)
                sums[k] -= at(i - reach - 1)[k];
        std::copy(sums.begin(), sums.end(), first + static_cast<std::size_t>(i) * stride);
    }
}

/// How many voxels of the box around each are in the set, on the set's box.
std::vector<std::uint32_t> countsAround(const VoxelSet& set, const Reach& reach, std::stop_token stop)
{
    const BoxSize size = set.size();
    const auto columns = static_cast<std::size_t>(size.columns);
    std::vector<std::uint32_t> counts(set.voxels().begin(), set.voxels().end());
    forEachLayer(0, size.slices - 1, stop, [&](int slice) {
        std::uint32_t* layer = counts.data() + static_cast<std::size_t>(slice) * size.sliceVoxels();
        for (int row = 0; row < size.rows; ++row)
            sumLines(layer + static_cast<std::size_t>(row) * columns, 1, size.columns, 1, reach[0]);
        sumLines(layer, columns, size.rows, columns, reach[1]);
    });
    if (size.slices > 1)
        forEachLayer(0, size.rows - 1, stop, [&](int row) {
            sumLines(counts.data() + static_cast<std::size_t>(row) * columns, columns, size.slices, size.sliceVoxels(),
                reach[2]);
        });
    return counts;
}

/// How many layers up to `reach` from one lie between `first` and `last`.
std::uint32_t layersAround(int layer, int reach, int first, int last)
{
    return static_cast<std::uint32_t>(std::min(layer + reach, last) - std::max(layer - reach, first) + 1);
}

} // namespace

VoxelSet medianOf(const VoxelSet& set, double radiusMm, const MaskRegion& within, std::stop_token stop)
{
    const auto drawn = boxOfVoxels(set);
    if (!drawn)
        return set;
    const Reach reach = reachOf(radiusMm, set.grid(), within);
    VoxelSet result = cutTo(set, widenedBy(*drawn, *std::max_element(reach.begin(), reach.end()), within));
    const auto counts = countsAround(result, reach, stop);
    const MaskRegion& box = result.box();
    const BoxSize size = result.size();
    forEachLayer(box.firstSlice, box.lastSlice, stop, [&](int slice) {
        const std::uint32_t along = layersAround(slice, reach[2], within.firstSlice, within.lastSlice);
        for (int row = box.firstRow; row <= box.lastRow; ++row) {
            const std::uint32_t across = along * layersAround(row, reach[1], within.firstRow, within.lastRow);
            const std::uint32_t* count = counts.data()
                + static_cast<std::size_t>(slice - box.firstSlice) * size.sliceVoxels()
                + static_cast<std::size_t>(row - box.firstRow) * static_cast<std::size_t>(size.columns);
            const auto line = result.line(row, slice);
            for (int i = 0; i < size.columns; ++i) {
                const std::uint32_t all =
                    across * layersAround(box.firstColumn + i, reach[0], within.firstColumn, within.lastColumn);
                line[static_cast<std::size_t>(i)] = 2 * count[i] > all ? 1 : 0;
            }
        }
    });
    return result;
}

std::vector<std::uint16_t> jointlySmoothed(const LabelBlock& block, const MaskRegion& box, double radiusMm,
    const std::vector<std::uint16_t>& fixed, std::stop_token stop)
{
    std::vector<std::uint16_t> values;
    for (int slice = box.firstSlice; slice <= box.lastSlice; ++slice)
        for (int row = box.firstRow; row <= box.lastRow; ++row) {
            const auto line = block.line(row, slice)
                                  .subspan(static_cast<std::size_t>(box.firstColumn - block.box.firstColumn),
                                      static_cast<std::size_t>(sizeOf(box).columns));
            values.insert(values.end(), line.begin(), line.end());
        }
    const auto isFixed = [&](std::uint16_t value) { return std::find(fixed.begin(), fixed.end(), value) != fixed.end(); };
    const std::set<std::uint16_t> candidates(values.begin(), values.end());
    std::vector<std::uint16_t> best = values;
    std::vector<std::uint32_t> most(values.size());
    for (const std::uint16_t value : candidates) {
        if (isFixed(value) || stop.stop_requested())
            continue;
        const auto counts = countsAround(voxelsWith(block, value, box), reachOf(radiusMm, block.grid, box), stop);
        for (std::size_t i = 0; i < values.size(); ++i)
            if (counts[i] > most[i] || (counts[i] == most[i] && value == values[i])) {
                most[i] = counts[i];
                best[i] = value;
            }
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        if (isFixed(values[i]))
            best[i] = values[i];
    return best;
}

} // namespace annotations
