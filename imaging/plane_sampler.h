#pragma once

#include "imaging/geometry.h"
#include "imaging/plane.h"
#include "imaging/reslice.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace imaging::detail {

/// The pixels of a row that lie in a volume.
struct PixelRange
{
    int begin = 0;
    int end = 0; ///< One past the last.
};

/// The voxel indices of a plane's pixels: start + column * columnStep + row * rowStep + mm * normalStep.
struct IndexPlane
{
    std::array<double, 3> start{};
    std::array<double, 3> columnStep{};
    std::array<double, 3> rowStep{};
    std::array<double, 3> normalStep{}; ///< A millimetre along the plane's normal.
};

/// Throws Error(WrongUse) when the plane has no pixels, or not finite ones.
IndexPlane indexPlane(const VoxelGrid& grid, const Plane& plane);

/// A plane whose pixels are voxels: columns and rows run along axes of the grid, one voxel a pixel.
struct LayerPlane
{
    std::array<std::int64_t, 3> start{};
    std::size_t columnAxis = 0;
    std::size_t rowAxis = 1;
    std::size_t acrossAxis = 2;
    int columnSign = 1;
    int rowSign = 1;
    double layerMm = 1; ///< From a layer to the next in the direction of the normal; negative: indices fall.
};

std::optional<LayerPlane> layerPlane(const IndexPlane& plane, int columns, int rows);

/// The columns, among `columns`, where start + column * step lies within half a voxel of the indices 0..size-1.
PixelRange insideRange(const std::array<double, 3>& start, const std::array<double, 3>& step,
    const std::array<int, 3>& sizes, int columns);

/// Reads the rows of a plane from voxels of `Components` values each. One object may be used by several threads, each
/// with `Places` of its own.
template <typename T, int Components> class PlaneSampler
{
public:
    /// What a row needs while it is read.
    struct Places
    {
        std::vector<std::ptrdiff_t> offsets; ///< By pixel: of the voxel, or of the lowest of eight.
        std::array<std::vector<float>, 3> weights; ///< By axis, then by pixel: of the upper neighbour.
    };

    PlaneSampler(std::span<const T> voxels, const VoxelGrid& grid, const Plane& plane, Interpolation interpolation)
        : m_voxels(voxels.data())
        , m_sizes{grid.columns, grid.rows, grid.slices}
        , m_strides{Components, std::ptrdiff_t{Components} * grid.columns,
              std::ptrdiff_t{Components} * grid.columns * grid.rows}
        , m_columns(plane.columns)
        , m_plane(indexPlane(grid, plane))
        , m_layer(layerPlane(m_plane, plane.columns, plane.rows))
        , m_interpolation(interpolation)
    {
    }

    /// Set when the plane's pixels are voxels: nothing is interpolated then.
    const std::optional<LayerPlane>& layer() const { return m_layer; }
    const IndexPlane& indices() const { return m_plane; }

    /// Writes the values of a row of the plane moved by `shiftMm` along its normal (of a layer of voxels: by the
    /// nearest whole number of layers). What lies outside the volume is left as it is.
    template <typename Out> PixelRange readRow(int row, double shiftMm, Out* out, Places& places) const
    {
        if (m_layer)
            return copyRow(row, std::llround(shiftMm / m_layer->layerMm), out);
        std::array<double, 3> start{};
        for (std::size_t i = 0; i < 3; ++i)
            start[i] = m_plane.start[i] + row * m_plane.rowStep[i] + shiftMm * m_plane.normalStep[i];
        const PixelRange range = insideRange(start, m_plane.columnStep, m_sizes, m_columns);
        if (range.begin >= range.end)
            return range;
        if constexpr (std::is_same_v<Out, float>) {
            if (m_interpolation == Interpolation::Trilinear) {
                mixRow(start, range, out, places);
                return range;
            }
        }
        pickRow(start, range, out, places);
        return range;
    }

private:
    template <typename Out> PixelRange copyRow(int row, std::int64_t layers, Out* out) const
    {
        const LayerPlane& layer = *m_layer;
        const std::int64_t along = layer.start[layer.rowAxis] + std::int64_t{layer.rowSign} * row;
        const std::int64_t across = layer.start[layer.acrossAxis] + layers;
        const std::int64_t first = layer.start[layer.columnAxis];
        const std::int64_t size = m_sizes[layer.columnAxis];
        if (along < 0 || along >= m_sizes[layer.rowAxis] || across < 0 || across >= m_sizes[layer.acrossAxis])
            return {};
        const std::int64_t begin = layer.columnSign > 0 ? -first : first - size + 1;
        const std::int64_t end = layer.columnSign > 0 ? size - first : first + 1;
        const PixelRange range{static_cast<int>(std::clamp<std::int64_t>(begin, 0, m_columns)),
            static_cast<int>(std::clamp<std::int64_t>(end, 0, m_columns))};
        if (range.begin >= range.end)
            return {};
        const std::ptrdiff_t step = layer.columnSign * m_strides[layer.columnAxis];
        const std::int64_t firstColumn = first + std::int64_t{layer.columnSign} * range.begin;
        const T* from = m_voxels + along * m_strides[layer.rowAxis] + across * m_strides[layer.acrossAxis]
            + firstColumn * m_strides[layer.columnAxis];
        out += std::ptrdiff_t{range.begin} * Components;
        const int count = range.end - range.begin;
        if (step == Components) { // Neighbours in memory: a loop that compilers turn into vector code.
            for (int i = 0; i < count * Components; ++i)
                out[i] = static_cast<Out>(from[i]);
            return range;
        }
        for (int i = 0; i < count; ++i, from += step)
            for (int k = 0; k < Components; ++k)
                *out++ = static_cast<Out>(from[k]);
        return range;
    }

    /// An index held inside the volume: half a voxel at the edges has the values of the outermost voxels.
    double held(double index, std::size_t axis) const
    {
        const double last = m_sizes[axis] - 1;
        return index > 0 ? (index < last ? index : last) : 0;
    }

    template <typename Out>
    void pickRow(const std::array<double, 3>& start, PixelRange range, Out* out, Places& places) const
    {
        const auto& step = m_plane.columnStep;
        places.offsets.resize(static_cast<std::size_t>(range.end - range.begin));
        std::ptrdiff_t* offset = places.offsets.data();
        for (int column = range.begin; column < range.end; ++column) {
            const auto x = static_cast<int>(held(start[0] + column * step[0], 0) + 0.5);
            const auto y = static_cast<int>(held(start[1] + column * step[1], 1) + 0.5);
            const auto z = static_cast<int>(held(start[2] + column * step[2], 2) + 0.5);
            *offset++ = x * m_strides[0] + y * m_strides[1] + z * m_strides[2];
        }
        offset = places.offsets.data();
        for (int column = range.begin; column < range.end; ++column, ++offset)
            for (int k = 0; k < Components; ++k)
                out[column * Components + k] = static_cast<Out>(m_voxels[*offset + k]);
    }

    void mixRow(const std::array<double, 3>& start, PixelRange range, float* out, Places& places) const
    {
        const auto count = static_cast<std::size_t>(range.end - range.begin);
        places.offsets.assign(count, 0);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            places.weights[axis].resize(count);
            addAxis(axis, start[axis] + range.begin * m_plane.columnStep[axis], places);
        }
        mixVoxels(places, out + std::ptrdiff_t{range.begin} * Components);
    }

    /// Where the pixels lie along one axis of the grid.
    void addAxis(std::size_t axis, double start, Places& places) const
    {
        const double step = m_plane.columnStep[axis];
        const double last = m_sizes[axis] - 1;
        const int lastLower = std::max(m_sizes[axis] - 2, 0);
        const std::ptrdiff_t stride = m_strides[axis];
        float* weights = places.weights[axis].data();
        std::ptrdiff_t* offsets = places.offsets.data();
        const auto count = static_cast<int>(places.offsets.size());
        for (int i = 0; i < count; ++i) {
            const double index = std::min(std::max(start + i * step, 0.0), last);
            const int lower = std::min(static_cast<int>(index), lastLower);
            weights[i] = static_cast<float>(index - lower);
            offsets[i] += lower * stride;
        }
    }

    void mixVoxels(const Places& places, float* out) const
    {
        const std::ptrdiff_t x = m_sizes[0] > 1 ? m_strides[0] : 0; // An axis with one voxel has no neighbours.
        const std::ptrdiff_t y = m_sizes[1] > 1 ? m_strides[1] : 0;
        const std::ptrdiff_t z = m_sizes[2] > 1 ? m_strides[2] : 0;
        const std::array<std::ptrdiff_t, 4> lines{0, y, z, z + y};
        const std::size_t count = places.offsets.size();
        for (std::size_t i = 0; i < count; ++i) {
            const T* later = m_voxels + places.offsets[std::min(i + 16, count - 1)];
            for (const std::ptrdiff_t line : lines)
                __builtin_prefetch(later + line);
            for (int k = 0; k < Components; ++k) {
                const T* at = m_voxels + places.offsets[i] + k;
                std::array<float, 4> near; // Lanes that compilers fill and mix side by side.
                std::array<float, 4> far;
                for (std::size_t lane = 0; lane < 4; ++lane) {
                    near[lane] = static_cast<float>(at[lines[lane]]);
                    far[lane] = static_cast<float>(at[lines[lane] + x]);
                }
                for (std::size_t lane = 0; lane < 4; ++lane)
                    near[lane] += (far[lane] - near[lane]) * places.weights[0][i];
                const float below = near[0] + (near[1] - near[0]) * places.weights[1][i];
                const float above = near[2] + (near[3] - near[2]) * places.weights[1][i];
                *out++ = below + (above - below) * places.weights[2][i];
            }
        }
    }

    const T* m_voxels;
    std::array<int, 3> m_sizes;
    std::array<std::ptrdiff_t, 3> m_strides;
    int m_columns;
    IndexPlane m_plane;
    std::optional<LayerPlane> m_layer;
    Interpolation m_interpolation;
};

/// Calls `work(firstRow, endRow)` for parts of the rows of a plane, on several threads (`threads`; 0: as many as help)
/// where there is enough to do.
void forRows(const Plane& plane, unsigned threads, const std::function<void(int, int)>& work);

} // namespace imaging::detail
