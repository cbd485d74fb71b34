#include "imaging/volume.h"

#include "imaging/error.h"
#include "imaging/voxel_type.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

namespace imaging {

namespace {

/// Statistics of integers: short runs in a narrow sum that the compiler can vectorise, runs added exactly.
template <typename T> VoxelStatistics integerStatistics(std::span<const T> values)
{
    using Narrow = std::conditional_t<sizeof(T) <= 2, std::int32_t, std::int64_t>;
    constexpr std::size_t kRun = 1U << 14U;
    T low = std::numeric_limits<T>::max();
    T high = std::numeric_limits<T>::lowest();
    std::int64_t sum = 0;
    for (std::size_t start = 0; start < values.size(); start += kRun) {
        Narrow run = 0;
        for (const T v : values.subspan(start, std::min(kRun, values.size() - start))) {
            low = std::min(low, v);
            high = std::max(high, v);
            run += static_cast<Narrow>(v);
        }
        sum += run;
    }
    return {static_cast<double>(low), static_cast<double>(high), static_cast<double>(sum)};
}

template <typename T> VoxelStatistics realStatistics(std::span<const T> values)
{
    VoxelStatistics result{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(), 0};
    for (const T v : values) {
        if (std::isnan(v))
            continue;
        result.minimum = std::min(result.minimum, static_cast<double>(v));
        result.maximum = std::max(result.maximum, static_cast<double>(v));
        result.sum += static_cast<double>(v);
    }
    return result.minimum > result.maximum ? VoxelStatistics{} : result;
}

std::size_t checkedByteCount(const VoxelGrid& grid, VoxelType type, int components, std::size_t given)
{
    const bool positive = grid.columns > 0 && grid.rows > 0 && grid.slices > 0 && (components == 1 || components == 3);
    const std::size_t needed =
        positive ? grid.voxels() * static_cast<std::size_t>(components) * bytesOf(type) : std::size_t{0};
    if (!positive || given != needed)
        throw Error(ErrorKind::Internal,
            "A volume of " + std::to_string(grid.columns) + " x " + std::to_string(grid.rows) + " x "
                + std::to_string(grid.slices) + " voxels was given " + std::to_string(given) + " bytes instead of "
                + std::to_string(needed) + ".");
    return needed;
}

} // namespace

std::size_t bytesOf(VoxelType type)
{
    return withVoxelType(type, [](auto zero) { return sizeof(zero); });
}

Volume::Volume(VoxelGrid grid, VoxelType type, int components, std::vector<std::byte> bytes, VolumeInfo info)
    : m_grid(grid)
    , m_type(type)
    , m_components(components)
    , m_vector(std::move(bytes))
    , m_bytes(m_vector)
    , m_info(std::move(info))
{
    checkedByteCount(m_grid, m_type, m_components, m_bytes.size());
}

Volume::Volume(VoxelGrid grid, VoxelType type, int components, VoxelBuffer buffer, VolumeInfo info)
    : m_grid(grid)
    , m_type(type)
    , m_components(components)
    , m_buffer(std::move(buffer))
    , m_bytes(m_buffer.bytes())
    , m_info(std::move(info))
{
    checkedByteCount(m_grid, m_type, m_components, m_bytes.size());
}

double Volume::value(VoxelIndex voxel) const
{
    const std::size_t at = m_grid.offset(voxel) * static_cast<std::size_t>(m_components);
    return withVoxelType(m_type, [&](auto zero) { return static_cast<double>(voxels<decltype(zero)>()[at]); });
}

VoxelStatistics statistics(const Volume& volume)
{
    return withVoxelType(volume.type(), [&](auto zero) {
        using T = decltype(zero);
        if constexpr (std::is_integral_v<T>)
            return integerStatistics(volume.voxels<T>());
        else
            return realStatistics(volume.voxels<T>());
    });
}

} // namespace imaging
