#include "imaging/grid_frame.h"

#include <algorithm>

namespace imaging {

namespace {

bool isUsable(const VoxelGrid& grid)
{
    constexpr double kFlat = 1e-4; // Of the cube that axes at right angles span.
    const auto sane = [](double mm) { return mm > 1e-6 && mm < 1e6; };
    const double volume = dot(grid.axes[0], cross(grid.axes[1], grid.axes[2]));
    const bool standsSomewhere = length(grid.origin) < 1e9;
    return standsSomewhere && std::abs(volume) > kFlat && std::abs(volume) < 1 / kFlat
        && std::all_of(grid.spacingMm.begin(), grid.spacingMm.end(), sane);
}

} // namespace

GridFrame::GridFrame(const VoxelGrid& grid)
{
    const bool usable = isUsable(grid);
    const VoxelGrid plain;
    const VoxelGrid& used = usable ? grid : plain;
    m_origin = used.origin;
    for (std::size_t i = 0; i < 3; ++i)
        m_steps[i] = used.spacingMm[i] * used.axes[i];
    for (std::size_t i = 0; i < 3; ++i) {
        const PatientPoint across = cross(m_steps[(i + 1) % 3], m_steps[(i + 2) % 3]);
        m_inverse[i] = (1 / dot(m_steps[i], across)) * across;
    }
}

std::pair<double, double> reachAlong(const VoxelGrid& grid, PatientPoint from, PatientPoint direction)
{
    const GridFrame frame(grid);
    const std::array<int, 3> sizes{grid.columns, grid.rows, grid.slices};
    double low = dot(frame.toPatient(-0.5, -0.5, -0.5) - from, direction);
    double high = low;
    for (std::size_t i = 0; i < 3; ++i) {
        const double edge = sizes[i] * dot(frame.step(i), direction);
        low += std::min(0.0, edge);
        high += std::max(0.0, edge);
    }
    return {low, high};
}

} // namespace imaging
