#include "annotations/seg/distance_transform.h"

#include <limits>

namespace annotations {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

    /// Transforms `size` values, `stride` apart, in place.
    void run(float* line, std::size_t stride)
    {
        const std::size_t size = m_values.size();
        for (std::size_t i = 0; i < size; ++i)
            m_values[i] = line[i * stride];
        const std::size_t count = envelope();
        if (count == 0)
            return;
        std::size_t k = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const double x = static_cast<double>(i) * m_step;
            while (k + 1 < count && m_bounds[k + 1] < x)
                ++k;
            const double offset = x - static_cast<double>(m_peaks[k]) * m_step;
            line[i * stride] = static_cast<float>(m_values[m_peaks[k]] + offset * offset);
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

} // namespace

std::vector<float> squaredDistances(const std::vector<std::uint8_t>& mask, const imaging::VoxelGrid& grid)
{
    std::vector<float> distances(mask.size());
    for (std::size_t i = 0; i < mask.size(); ++i)
        distances[i] = mask[i] ? 0.0f : std::numeric_limits<float>::infinity();
    const auto columns = static_cast<std::size_t>(grid.columns);
    const auto rows = static_cast<std::size_t>(grid.rows);
    const auto slices = static_cast<std::size_t>(grid.slices);

    LineTransform alongColumns(columns, grid.spacingMm[0]);
    for (std::size_t line = 0; line < rows * slices; ++line)
        alongColumns.run(distances.data() + line * columns, 1);
    LineTransform alongRows(rows, grid.spacingMm[1]);
    for (std::size_t slice = 0; slice < slices; ++slice) {
        for (std::size_t column = 0; column < columns; ++column)
            alongRows.run(distances.data() + slice * rows * columns + column, columns);
    }
    LineTransform alongSlices(slices, grid.spacingMm[2]);
    for (std::size_t pixel = 0; pixel < rows * columns && slices > 1; ++pixel)
        alongSlices.run(distances.data() + pixel, rows * columns);
    return distances;
}

} // namespace annotations
