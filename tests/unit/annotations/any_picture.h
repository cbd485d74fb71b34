#pragma once

#include "annotations/label_map.h"
#include "imaging/volume.h"

#include <rapidcheck.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

/// Pictures and masks in no order, for properties of tools.
namespace support {

inline imaging::Volume volumeOf(const imaging::VoxelGrid& grid, const std::vector<float>& values, int components = 1)
{
    std::vector<std::byte> bytes(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return {grid, imaging::VoxelType::Float32, components, std::move(bytes), {}};
}

/// Numbers from 0 to `limit` - 1.
inline std::vector<int> anyNumbers(std::size_t count, int limit)
{
    unsigned state = *rc::gen::arbitrary<unsigned>();
    std::vector<int> numbers(count);
    for (int& number : numbers) {
        state = state * 1664525U + 1013904223U;
        number = static_cast<int>(state >> 16U) % limit;
    }
    return numbers;
}

/// Whole values from 0 to 19; some are no numbers.
inline std::vector<float> anyValues(const imaging::VoxelGrid& grid)
{
    std::vector<float> values;
    for (const int number : anyNumbers(grid.voxels(), 21))
        values.push_back(number == 20 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(number));
    return values;
}

/// Labels from 0 to `labels` - 1.
inline annotations::LabelMap anyMap(const imaging::VoxelGrid& grid, int labels)
{
    const auto numbers = anyNumbers(grid.voxels(), labels);
    return {grid, annotations::LabelMap::Voxels(numbers.begin(), numbers.end())};
}

inline std::vector<std::uint16_t> copyOf(const annotations::LabelMap& map)
{
    return {map.voxels().begin(), map.voxels().end()};
}

template <typename Work> void forVoxels(const imaging::VoxelGrid& grid, Work&& work)
{
    for (int slice = 0; slice < grid.slices; ++slice)
        for (int row = 0; row < grid.rows; ++row)
            for (int column = 0; column < grid.columns; ++column)
                work(imaging::VoxelIndex{column, row, slice});
}

/// The voxels connected with `seed` by faces through those that `isIn`, by offset: voxel after voxel, the plain way.
template <typename IsIn>
std::vector<bool> connectedPlainly(const imaging::VoxelGrid& grid, imaging::VoxelIndex seed, IsIn&& isIn)
{
    std::vector<bool> reached(grid.voxels());
    std::vector<imaging::VoxelIndex> waiting;
    const auto reach = [&](imaging::VoxelIndex voxel) {
        if (!grid.contains(voxel) || reached[grid.offset(voxel)] || !isIn(voxel))
            return;
        reached[grid.offset(voxel)] = true;
        waiting.push_back(voxel);
    };
    reach(seed);
    while (!waiting.empty()) {
        const auto [column, row, slice] = waiting.back();
        waiting.pop_back();
        reach({column - 1, row, slice});
        reach({column + 1, row, slice});
        reach({column, row - 1, slice});
        reach({column, row + 1, slice});
        reach({column, row, slice - 1});
        reach({column, row, slice + 1});
    }
    return reached;
}

} // namespace support
