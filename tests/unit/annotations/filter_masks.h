#pragma once

#include "annotations/filters/voxel_set.h"
#include "annotations/label_map.h"
#include "annotations/mask_edit.h"
#include "imaging/volume.h"

#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <vector>

/// Grids, labelmaps and pictures that filters are tried on.
namespace filter_masks {

inline imaging::VoxelGrid grid(int columns, int rows, int slices, std::array<double, 3> spacingMm = {1, 1, 1})
{
    imaging::VoxelGrid g;
    g.columns = columns;
    g.rows = rows;
    g.slices = slices;
    g.spacingMm = spacingMm;
    return g;
}

/// Up to 13 x 13 x 9 voxels, with distances that differ.
inline imaging::VoxelGrid anyGrid()
{
    const auto spacing = rc::gen::element(0.5, 0.75, 1.0, 2.0, 2.5);
    const int columns = *rc::gen::inRange(1, 14), rows = *rc::gen::inRange(1, 14), slices = *rc::gen::inRange(1, 10);
    const double a = *spacing, b = *spacing, c = *spacing;
    return grid(columns, rows, slices, {a, b, c});
}

/// Boxes of labels 1 to `labels`, over one another, and single voxels.
inline annotations::LabelMap anyMap(const imaging::VoxelGrid& grid, int labels)
{
    annotations::LabelMap map(grid);
    annotations::MaskEdit edit(map);
    for (int i = *rc::gen::inRange(0, 9); i > 0; --i) {
        const auto value = static_cast<std::uint16_t>(*rc::gen::inRange(0, labels + 1));
        const int column = *rc::gen::inRange(0, grid.columns), row = *rc::gen::inRange(0, grid.rows);
        const int slice = *rc::gen::inRange(0, grid.slices), size = *rc::gen::inRange(1, 8);
        for (int z = slice; z < slice + size; ++z)
            for (int y = row; y < row + size; ++y)
                for (int x = column; x < column + size; ++x)
                    edit.paint({x, y, z}, value);
    }
    edit.commit("Any");
    return map;
}

inline annotations::VoxelSet anySet(const imaging::VoxelGrid& grid)
{
    const auto map = anyMap(grid, 1);
    return annotations::voxelsWith(annotations::blockOf(map), 1, annotations::wholeBox(grid));
}

/// Whether all of `small` is in `large`.
inline bool isWithin(const annotations::VoxelSet& small, const annotations::VoxelSet& large)
{
    const auto there = annotations::cutTo(large, small.box());
    for (std::size_t i = 0; i < small.voxels().size(); ++i)
        if (small.voxels()[i] && !there.voxels()[i])
            return false;
    return true;
}

inline bool isEqual(const annotations::VoxelSet& a, const annotations::VoxelSet& b)
{
    return isWithin(a, b) && isWithin(b, a);
}

inline imaging::Volume picture(const imaging::VoxelGrid& grid, const std::vector<float>& values, int components = 1)
{
    std::vector<std::byte> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return {grid, imaging::VoxelType::Float32, components, std::move(bytes), {}};
}

/// A disc on the one slice of a grid.
inline annotations::VoxelSet disc(const imaging::VoxelGrid& grid, double column, double row, double radius)
{
    annotations::VoxelSet set(grid, annotations::wholeBox(grid));
    for (int y = 0; y < grid.rows; ++y)
        for (int x = 0; x < grid.columns; ++x)
            if (std::hypot(x - column, y - row) <= radius)
                set.insert({x, y, 0});
    return set;
}

inline annotations::VoxelSet together(annotations::VoxelSet a, const annotations::VoxelSet& b)
{
    for (std::size_t i = 0; i < a.voxels().size(); ++i)
        a.voxels()[i] |= b.voxels()[i];
    return a;
}

} // namespace filter_masks
