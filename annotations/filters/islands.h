#pragma once

#include "annotations/filters/voxel_set.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace annotations {

/// Which voxels of a set hang together.
enum class Neighbours {
    Faces, ///< Those that share a face: 6, on one slice 4.
    Corners, ///< Those that touch at all: 26, on one slice 8.
};

/// Neighbouring voxels of one row that are in an island. Numbers are the picture's, ends included.
struct IslandRun
{
    int firstColumn = 0;
    int lastColumn = 0;
    int row = 0;
    int slice = 0;
    std::uint32_t island = 0;
};

/// The parts of a set that hang together, numbered from 0: the largest first, of equal ones the one that comes first in
/// memory.
struct Islands
{
    std::vector<IslandRun> runs; ///< In memory order.
    std::vector<std::size_t> voxels; ///< Of each island.
};

/// One pass over the runs of rows with a union-find. When `stop` is requested the result is worthless, and given early.
Islands islandsOf(const VoxelSet& set, Neighbours neighbours, std::stop_token stop = {});

/// The voxels of the islands that `keep(island)` chooses, on the same box.
VoxelSet onlyIslands(const VoxelSet& set, const Islands& islands, const std::function<bool(std::uint32_t)>& keep);

/// The `count` largest islands.
VoxelSet keepLargest(const VoxelSet& set, int count, std::stop_token stop = {});
/// The islands of at least `smallest` voxels.
VoxelSet removeSmall(const VoxelSet& set, std::size_t smallest, std::stop_token stop = {});
/// The island under a voxel; empty where there is none.
VoxelSet keepIslandAt(const VoxelSet& set, imaging::VoxelIndex voxel, std::stop_token stop = {});

/// The set with its holes: voxels that are not in it and from which no way over faces leads out of `within`, whose sides
/// are open. Of one slice the holes of that slice.
VoxelSet holesFilled(const VoxelSet& set, const MaskRegion& within, std::stop_token stop = {});

} // namespace annotations
