#include "annotations/filters/interpolation.h"

#include "annotations/filters/contour_morph.h"

#include <cstddef>
#include <utility>
#include <vector>

namespace annotations {

namespace {

/// What a layer across an axis is made of: which axes of the grid its columns and rows are.
struct LayerAxes
{
    std::size_t column;
    std::size_t row;
};

LayerAxes axesOf(imaging::GridAxis across)
{
    switch (across) {
    case imaging::GridAxis::Column:
        return {1, 2};
    case imaging::GridAxis::Row:
        return {0, 2};
    case imaging::GridAxis::Slice:
        break;
    }
    return {0, 1};
}

int lengthAlong(const VoxelSet& set, std::size_t axis)
{
    const BoxSize size = set.size();
    return axis == 0 ? size.columns : axis == 1 ? size.rows : size.slices;
}

std::size_t strideAlong(const VoxelSet& set, std::size_t axis)
{
    const BoxSize size = set.size();
    return axis == 0 ? 1 : axis == 1 ? static_cast<std::size_t>(size.columns) : size.sliceVoxels();
}

int firstLayer(const MaskRegion& box, imaging::GridAxis across)
{
    return across == imaging::GridAxis::Column ? box.firstColumn
        : across == imaging::GridAxis::Row     ? box.firstRow
                                               : box.firstSlice;
}

std::size_t layerStart(const VoxelSet& set, imaging::GridAxis across, int layer)
{
    return static_cast<std::size_t>(layer - firstLayer(set.box(), across))
        * strideAlong(set, static_cast<std::size_t>(across));
}

} // namespace

VoxelSet layerOf(const VoxelSet& set, imaging::GridAxis across, int layer)
{
    const LayerAxes axes = axesOf(across);
    imaging::VoxelGrid grid;
    grid.columns = lengthAlong(set, axes.column);
    grid.rows = lengthAlong(set, axes.row);
    grid.slices = 1;
    grid.spacingMm = {set.grid().spacingMm[axes.column], set.grid().spacingMm[axes.row], 1};
    VoxelSet flat(grid, wholeBox(grid));
    const std::size_t start = layerStart(set, across, layer);
    std::size_t at = 0;
    for (int row = 0; row < grid.rows; ++row)
        for (int column = 0; column < grid.columns; ++column)
            flat.voxels()[at++] = set.voxels()[start + static_cast<std::size_t>(row) * strideAlong(set, axes.row)
                + static_cast<std::size_t>(column) * strideAlong(set, axes.column)];
    return flat;
}

void putLayer(VoxelSet& set, imaging::GridAxis across, int layer, const VoxelSet& from)
{
    const LayerAxes axes = axesOf(across);
    const std::size_t start = layerStart(set, across, layer);
    const BoxSize size = from.size();
    std::size_t at = 0;
    for (int row = 0; row < size.rows; ++row)
        for (int column = 0; column < size.columns; ++column)
            set.voxels()[start + static_cast<std::size_t>(row) * strideAlong(set, axes.row)
                + static_cast<std::size_t>(column) * strideAlong(set, axes.column)] |= from.voxels()[at++];
}

VoxelSet layersFilledIn(const VoxelSet& set, imaging::GridAxis across, std::stop_token stop)
{
    const auto drawn = boxOfVoxels(set);
    if (!drawn)
        return set;
    VoxelSet filled = cutTo(set, *drawn);
    const int first = firstLayer(*drawn, across);
    const int last = first + lengthAlong(filled, static_cast<std::size_t>(across)) - 1;
    std::vector<std::pair<int, int>> gaps; // The drawn layers before and after each.
    for (int layer = first + 1, before = first; layer <= last; ++layer)
        if (!layerOf(filled, across, layer).empty()) {
            if (layer > before + 1)
                gaps.emplace_back(before, layer);
            before = layer;
        }
    const VoxelSet given = filled;
    forEachLayer(0, static_cast<int>(gaps.size()) - 1, stop, [&](int i) {
        const auto [before, after] = gaps[static_cast<std::size_t>(i)];
        const auto shapes = shapesBetween(
            layerOf(given, across, before), layerOf(given, across, after), after - before - 1);
        for (int layer = before + 1; layer < after; ++layer)
            putLayer(filled, across, layer, shapes[static_cast<std::size_t>(layer - before - 1)]);
    });
    return filled;
}

} // namespace annotations
