#include "ui/views/slice_pixels.h"

#include "imaging/error.h"

#include <algorithm>
#include <string>

namespace ui {

namespace {

template <typename T> void blend(const T* top, const T* bottom, float weight, int first, int last, float* out)
{
    if (weight == 0.0F || top == bottom) {
        for (int i = first; i <= last; ++i)
            out[i] = static_cast<float>(top[i]);
        return;
    }
    for (int i = first; i <= last; ++i) {
        const float a = static_cast<float>(top[i]);
        out[i] = a + (static_cast<float>(bottom[i]) - a) * weight;
    }
}

/// Calls `function` with a pointer of the voxels' own type.
template <typename Function> void withType(imaging::VoxelType type, const std::byte* data, Function function)
{
    switch (type) {
    case imaging::VoxelType::UInt8:
        return function(reinterpret_cast<const std::uint8_t*>(data));
    case imaging::VoxelType::Int8:
        return function(reinterpret_cast<const std::int8_t*>(data));
    case imaging::VoxelType::UInt16:
        return function(reinterpret_cast<const std::uint16_t*>(data));
    case imaging::VoxelType::Int16:
        return function(reinterpret_cast<const std::int16_t*>(data));
    case imaging::VoxelType::UInt32:
        return function(reinterpret_cast<const std::uint32_t*>(data));
    case imaging::VoxelType::Int32:
        return function(reinterpret_cast<const std::int32_t*>(data));
    case imaging::VoxelType::Float32:
        return function(reinterpret_cast<const float*>(data));
    case imaging::VoxelType::Float64:
        return function(reinterpret_cast<const double*>(data));
    }
}

constexpr int kSmallestLevel = 16; ///< No halving below so many columns or rows.

} // namespace

SlicePixels::SlicePixels(std::shared_ptr<const imaging::Volume> volume, int slice)
    : m_volume(std::move(volume))
{
    const auto& grid = m_volume->grid();
    if (slice < 0 || slice >= grid.slices)
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "There is no slice " + std::to_string(slice + 1) + " in a stack of " + std::to_string(grid.slices) + ".");
    m_columns = grid.columns;
    m_rows = grid.rows;
    const std::size_t sliceBytes =
        grid.sliceVoxels() * static_cast<std::size_t>(m_volume->components()) * imaging::bytesOf(m_volume->type());
    m_data = m_volume->bytes().data() + sliceBytes * static_cast<std::size_t>(slice);
}

int SlicePixels::levelFor(double scale) const
{
    int level = 0;
    int size = std::min(m_columns, m_rows);
    while (scale < 0.5 && size / 2 >= kSmallestLevel) {
        ++level;
        scale *= 2;
        size /= 2;
    }
    while (static_cast<int>(m_levels.size()) < level)
        addLevel();
    return level;
}

int SlicePixels::levelColumns(int level) const
{
    return level == 0 ? m_columns : m_levels[static_cast<std::size_t>(level - 1)].columns;
}

int SlicePixels::levelRows(int level) const
{
    return level == 0 ? m_rows : m_levels[static_cast<std::size_t>(level - 1)].rows;
}

void SlicePixels::blendRows(int level, int row0, int row1, float weight, int first, int last, float* out) const
{
    const auto stride = static_cast<std::size_t>(levelColumns(level)) * static_cast<std::size_t>(components());
    const auto blendTyped = [=](const auto* data) {
        blend(data + static_cast<std::size_t>(row0) * stride, data + static_cast<std::size_t>(row1) * stride, weight,
            first, last, out);
    };
    if (level == 0)
        withType(m_volume->type(), m_data, blendTyped);
    else
        blendTyped(m_levels[static_cast<std::size_t>(level - 1)].values.data());
}

void SlicePixels::addLevel() const
{
    const int finer = static_cast<int>(m_levels.size());
    const int channels = components();
    const int finerValues = levelColumns(finer) * channels;
    Level level;
    level.columns = levelColumns(finer) / 2;
    level.rows = levelRows(finer) / 2;
    level.values.resize(static_cast<std::size_t>(level.columns) * static_cast<std::size_t>(level.rows)
        * static_cast<std::size_t>(channels));
    std::vector<float> line(static_cast<std::size_t>(finerValues));
    float* out = level.values.data();
    for (int row = 0; row < level.rows; ++row) {
        blendRows(finer, 2 * row, 2 * row + 1, 0.5F, 0, finerValues - 1, line.data());
        for (int column = 0; column < level.columns; ++column)
            for (int channel = 0; channel < channels; ++channel) {
                const float* pair = line.data() + 2 * column * channels + channel;
                *out++ = (pair[0] + pair[channels]) / 2;
            }
    }
    m_levels.push_back(std::move(level));
}

} // namespace ui
