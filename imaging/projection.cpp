#include "imaging/projection.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "imaging/plane_sampler.h"
#include "imaging/voxel_type.h"

#include <limits>

namespace imaging {

namespace {

/// The planes of a slab, as distances from the one in its middle: whole multiples of a step.
struct Shifts
{
    std::int64_t first = 0;
    std::int64_t last = 0;
    double stepMm = 1;
};

Shifts shiftsOf(
    const VoxelGrid& grid, const Plane& plane, const std::optional<detail::LayerPlane>& layer, double thickness)
{
    constexpr double kSame = 1e-6;
    const GridFrame frame(grid);
    Shifts shifts;
    shifts.stepMm = layer ? std::abs(layer->layerMm)
                          : std::min({length(frame.step(0)), length(frame.step(1)), length(frame.step(2))});
    const auto [low, high] = reachAlong(grid, plane.origin, plane.normal());
    const double half = thickness / 2 + kSame * shifts.stepMm;
    shifts.first = static_cast<std::int64_t>(std::ceil(std::max(-half, low) / shifts.stepMm));
    shifts.last = static_cast<std::int64_t>(std::floor(std::min(half, high) / shifts.stepMm));
    return shifts;
}

/// The values of a row so far.
class RowSum
{
public:
    RowSum(Projection projection, std::size_t values)
        : m_projection(projection)
        , m_extremes(projection == Projection::Mean ? 0 : values)
        , m_sums(projection == Projection::Mean ? values : 0)
        , m_counts(projection == Projection::Mean ? values : 0)
    {
        clear();
    }

    void clear()
    {
        constexpr float kBeyond = std::numeric_limits<float>::infinity();
        std::fill(m_extremes.begin(), m_extremes.end(), m_projection == Projection::Maximum ? -kBeyond : kBeyond);
        std::fill(m_sums.begin(), m_sums.end(), 0.0);
        std::fill(m_counts.begin(), m_counts.end(), 0.0F);
    }

    void add(const float* values, std::size_t begin, std::size_t end)
    {
        switch (m_projection) {
        case Projection::Maximum:
            for (std::size_t i = begin; i < end; ++i)
                m_extremes[i] = values[i] > m_extremes[i] ? values[i] : m_extremes[i];
            break;
        case Projection::Minimum:
            for (std::size_t i = begin; i < end; ++i)
                m_extremes[i] = values[i] < m_extremes[i] ? values[i] : m_extremes[i];
            break;
        case Projection::Mean:
            for (std::size_t i = begin; i < end; ++i) {
                const bool isNumber = values[i] == values[i];
                m_sums[i] += isNumber ? static_cast<double>(values[i]) : 0.0;
                m_counts[i] += isNumber ? 1.0F : 0.0F;
            }
            break;
        }
    }

    void write(float outside, float* out) const
    {
        for (std::size_t i = 0; i < m_extremes.size(); ++i)
            out[i] = std::isinf(m_extremes[i]) ? outside : m_extremes[i];
        for (std::size_t i = 0; i < m_sums.size(); ++i)
            out[i] = m_counts[i] > 0 ? static_cast<float>(m_sums[i] / static_cast<double>(m_counts[i])) : outside;
    }

private:
    Projection m_projection;
    std::vector<float> m_extremes;
    std::vector<double> m_sums; // Of doubles: a mean of equal values is that value.
    std::vector<float> m_counts;
};

template <typename T, int Components>
std::vector<float> projectTyped(const Volume& volume, const Plane& plane, Projection projection, double thickness,
    const ResliceOptions& options)
{
    const detail::PlaneSampler<T, Components> sampler(
        volume.voxels<T>(), volume.grid(), plane, options.interpolation);
    const Shifts shifts = shiftsOf(volume.grid(), plane, sampler.layer(), thickness);
    const std::size_t rowValues = static_cast<std::size_t>(plane.columns) * Components;
    std::vector<float> values(rowValues * static_cast<std::size_t>(plane.rows));
    detail::forRows(plane, options.threads, [&](int first, int end) {
        typename detail::PlaneSampler<T, Components>::Places places;
        std::vector<float> line(rowValues);
        RowSum sum(projection, rowValues);
        for (int row = first; row < end; ++row) {
            sum.clear();
            for (std::int64_t i = shifts.first; i <= shifts.last; ++i) {
                const auto range = sampler.readRow(row, static_cast<double>(i) * shifts.stepMm, line.data(), places);
                sum.add(line.data(), static_cast<std::size_t>(range.begin) * Components,
                    static_cast<std::size_t>(range.end) * Components);
            }
            sum.write(options.outside, values.data() + rowValues * static_cast<std::size_t>(row));
        }
    });
    return values;
}

} // namespace

std::vector<float> project(const Volume& volume, const Plane& plane, Projection projection, double thicknessMm,
    const ResliceOptions& options)
{
    if (!std::isfinite(thicknessMm) || thicknessMm < 0)
        throw Error(ErrorKind::WrongUse, "A slab needs a thickness of 0 mm or more.");
    return withVoxelType(volume.type(), [&](auto zero) {
        using T = decltype(zero);
        return volume.components() == 3 ? projectTyped<T, 3>(volume, plane, projection, thicknessMm, options)
                                        : projectTyped<T, 1>(volume, plane, projection, thicknessMm, options);
    });
}

} // namespace imaging
