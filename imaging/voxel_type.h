#pragma once

#include "imaging/volume.h"

#include <cstdint>

namespace imaging {

/// Calls `function` with a value of the C++ type that `type` stands for.
template <typename Function> auto withVoxelType(VoxelType type, Function&& function)
{
    switch (type) {
    case VoxelType::UInt8:
        return function(std::uint8_t{});
    case VoxelType::Int8:
        return function(std::int8_t{});
    case VoxelType::UInt16:
        return function(std::uint16_t{});
    case VoxelType::Int16:
        return function(std::int16_t{});
    case VoxelType::UInt32:
        return function(std::uint32_t{});
    case VoxelType::Int32:
        return function(std::int32_t{});
    case VoxelType::Float32:
        return function(float{});
    case VoxelType::Float64:
        break;
    }
    return function(double{});
}

} // namespace imaging
