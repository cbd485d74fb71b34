#include "ui/views/slice_pixels.h"

#include "imaging/voxel_type.h"

#include <algorithm>
#include <utility>

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

/// What is outside the volume: black in any window, and dark where it is mixed with voxels.
float groundOf(const imaging::Volume& volume)
{
    constexpr float kDark = -32768; // The lowest value of a CT that files can hold.
    return volume.components() == 3 ? 0 : volume.info().monochrome1 ? -kDark : kDark;
}

constexpr int kSmallestLevel = 16; ///< No halving below so many columns or rows.

} // namespace

SlicePixels::SlicePixels(
    std::shared_ptr<const imaging::Volume> volume, const imaging::Plane& plane, imaging::Interpolation interpolation)
    : m_volume(std::move(volume))
    , m_plane(plane)
{
    const auto& grid = m_volume->grid();
    const auto slice = imaging::sliceOn(grid, plane);
    if (!slice) {
        m_resliced = imaging::reslice(*m_volume, plane, {interpolation, groundOf(*m_volume)});
        return;
    }
    const std::size_t sliceBytes =
        grid.sliceVoxels() * static_cast<std::size_t>(m_volume->components()) * imaging::bytesOf(m_volume->type());
    m_slice = m_volume->bytes().data() + sliceBytes * static_cast<std::size_t>(*slice);
}

SlicePixels::SlicePixels(
    std::shared_ptr<const imaging::Volume> volume, const imaging::Plane& plane, const imaging::Slab& slab)
    : m_volume(std::move(volume))
    , m_plane(plane)
    , m_slab(slab)
    , m_resliced(imaging::project(*m_volume, plane, slab.projection, slab.thicknessMm,
          {imaging::Interpolation::Trilinear, groundOf(*m_volume)}))
{
}

SlicePixels::SlicePixels(const std::shared_ptr<const imaging::Volume>& volume, int slice)
    : SlicePixels(volume, imaging::planeOf(volume->grid(), imaging::GridAxis::Slice, slice))
{
}

int SlicePixels::levelFor(double scale) const
{
    int level = 0;
    int size = std::min(columns(), rows());
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
    return level == 0 ? columns() : m_levels[static_cast<std::size_t>(level - 1)].columns;
}

int SlicePixels::levelRows(int level) const
{
    return level == 0 ? rows() : m_levels[static_cast<std::size_t>(level - 1)].rows;
}

void SlicePixels::blendRows(int level, int row0, int row1, float weight, int first, int last, float* out) const
{
    const auto stride = static_cast<std::size_t>(levelColumns(level)) * static_cast<std::size_t>(components());
    const auto blendTyped = [=](const auto* data) {
        blend(data + static_cast<std::size_t>(row0) * stride, data + static_cast<std::size_t>(row1) * stride, weight,
            first, last, out);
    };
    if (level > 0)
        blendTyped(m_levels[static_cast<std::size_t>(level - 1)].values.data());
    else if (!m_slice)
        blendTyped(m_resliced.data());
    else
        imaging::withVoxelType(
            m_volume->type(), [&](auto zero) { blendTyped(reinterpret_cast<const decltype(zero)*>(m_slice)); });
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
