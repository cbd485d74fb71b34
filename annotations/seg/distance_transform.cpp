#include "annotations/seg/distance_transform.h"

#include "imaging/parallel.h"

#include <algorithm>
#include <limits>

namespace annotations {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Lines that lie side by side in memory are transformed together: as many as fill a cache line.
constexpr std::size_t kLines = 16;

/// The lower envelope of parabolas over one line of samples that lie `step` apart.
class LineTransform
{
public:
    LineTransform(std::size_t size, double step)
        : m_step(step)
        , m_values(size)
        , m_peaks(size)
        , m_bounds(size + 1)
    {
    }

    /// Transforms `size` values that lie side by side, in place.
    void run(float* line)
    {
        const std::size_t size = m_values.size();
        for (std::size_t i = 0; i < size; ++i)
            m_values[i] = line[i];
        const std::size_t count = envelope();
        if (count == 0)
            return;
        std::size_t k = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const double x = static_cast<double>(i) * m_step;
            while (k + 1 < count && m_bounds[k + 1] < x)
                ++k;
            const double offset = x - static_cast<double>(m_peaks[k]) * m_step;
            line[i] = static_cast<float>(m_values[m_peaks[k]] + offset * offset);
        }
    }

private:
    /// Finds the parabolas that form the envelope; gives their number, 0 when all samples are infinite.
    std::size_t envelope()
    {
        std::size_t count = 0;
        for (std::size_t i = 0; i < m_values.size(); ++i) {
            if (m_values[i] == kInfinity)
                continue;
            double crossing = -kInfinity;
            while (count > 0) {
                crossing = crossingOf(m_peaks[count - 1], i);
                if (crossing > m_bounds[count - 1])
                    break;
                --count;
                crossing = -kInfinity;
            }
            m_peaks[count] = i;
            m_bounds[count] = crossing;
            ++count;
        }
        return count;
    }

    double crossingOf(std::size_t a, std::size_t b) const
    {
        const double xa = static_cast<double>(a) * m_step;
        const double xb = static_cast<double>(b) * m_step;
        return (m_values[b] + xb * xb - m_values[a] - xa * xa) / (2 * (xb - xa));
    }

    double m_step;
    std::vector<double> m_values;
    std::vector<std::size_t> m_peaks;
    std::vector<double> m_bounds;
};

/// Along a row the nearest voxel of the mask is the last one behind or the next one ahead.
void transformRow(const std::uint8_t* mask, std::size_t columns, double step, float* distances)
{
    double offset = kInfinity;
    for (std::size_t i = 0; i < columns; ++i) {
        offset = mask[i] ? 0.0 : offset + step;
        distances[i] = static_cast<float>(offset * offset);
    }
    offset = kInfinity;
    for (std::size_t i = columns; i-- > 0;) {
        offset = mask[i] ? 0.0 : offset + step;
        distances[i] = std::min(distances[i], static_cast<float>(offset * offset));
    }
}

/// Transforms `width` lines of `size` values; those of one line lie `stride` apart, the lines side by side.
void transformLines(float* first, std::size_t width, std::size_t size, std::size_t stride, double step)
{
    LineTransform transform(size, step);
    std::vector<float> lines(kLines * size);
    for (std::size_t from = 0; from < width; from += kLines) {
        const std::size_t count = std::min(kLines, width - from);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t line = 0; line < count; ++line)
                lines[line * size + i] = first[i * stride + from + line];
        for (std::size_t line = 0; line < count; ++line)
            transform.run(lines.data() + line * size);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t line = 0; line < count; ++line)
                first[i * stride + from + line] = lines[line * size + i];
    }
}

} // namespace

std::vector<float> squaredDistances(
    std::span<const std::uint8_t> mask, const imaging::VoxelGrid& grid, std::stop_token stop)
{
    std::vector<float> distances(mask.size());
    const auto columns = static_cast<std::size_t>(grid.columns);
    const auto rows = static_cast<std::size_t>(grid.rows);
    const auto slices = static_cast<std::size_t>(grid.slices);
    const unsigned threads = imaging::usefulThreads();
    imaging::parallelFor(slices, threads, [&](std::size_t slice) {
        const std::size_t at = slice * rows * columns;
        for (std::size_t row = 0; row < rows && !stop.stop_requested(); ++row)
            transformRow(mask.data() + at + row * columns, columns, grid.spacingMm[0], distances.data() + at + row * columns);
        if (rows > 1 && !stop.stop_requested())
            transformLines(distances.data() + at, columns, rows, columns, grid.spacingMm[1]);
    });
    if (slices > 1)
        imaging::parallelFor(rows, threads, [&](std::size_t row) {
            if (!stop.stop_requested())
                transformLines(distances.data() + row * columns, columns, slices, rows * columns, grid.spacingMm[2]);
        });
    return distances;
}

} // namespace annotations
