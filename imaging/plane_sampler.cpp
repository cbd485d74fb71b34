#include "imaging/plane_sampler.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "imaging/parallel.h"

namespace imaging::detail {

namespace {

constexpr double kSameVoxel = 1e-3; // Of a voxel, over all of a plane.

bool isFinite(const std::array<double, 3>& values)
{
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

/// The axis along which a step goes when it is one voxel long along one axis alone.
std::optional<std::size_t> axisOfStep(const std::array<double, 3>& step, int steps)
{
    const double tolerance = kSameVoxel / std::max(1, steps);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < 3; ++i) {
        const double size = std::abs(step[i]);
        if (std::abs(size - 1) <= tolerance && !found)
            found = i;
        else if (size > tolerance)
            return std::nullopt;
    }
    return found;
}

} // namespace

IndexPlane indexPlane(const VoxelGrid& grid, const Plane& plane)
{
    const GridFrame frame(grid);
    const IndexPlane result{frame.toIndex(plane.origin), frame.stepInIndex(plane.spacingMm[0] * plane.axes[0]),
        frame.stepInIndex(plane.spacingMm[1] * plane.axes[1]), frame.stepInIndex(plane.normal())};
    const bool finite = isFinite(result.start) && isFinite(result.columnStep) && isFinite(result.rowStep)
        && isFinite(result.normalStep);
    if (plane.columns <= 0 || plane.rows <= 0 || !finite)
        throw Error(ErrorKind::WrongUse, "A picture of a volume was asked for on a plane that has no pixels.");
    return result;
}

std::optional<LayerPlane> layerPlane(const IndexPlane& plane, int columns, int rows)
{
    constexpr double kFarthest = 1e9; // Of voxels: whole numbers hold it.
    const auto columnAxis = axisOfStep(plane.columnStep, columns);
    const auto rowAxis = axisOfStep(plane.rowStep, rows);
    if (!columnAxis || !rowAxis || *columnAxis == *rowAxis)
        return std::nullopt;
    LayerPlane layer;
    for (std::size_t i = 0; i < 3; ++i) {
        const double whole = std::round(plane.start[i]);
        if (std::abs(plane.start[i] - whole) > kSameVoxel || !(std::abs(whole) < kFarthest))
            return std::nullopt;
        layer.start[i] = static_cast<std::int64_t>(whole);
    }
    layer.columnAxis = *columnAxis;
    layer.rowAxis = *rowAxis;
    layer.acrossAxis = 3 - *columnAxis - *rowAxis;
    layer.columnSign = plane.columnStep[*columnAxis] < 0 ? -1 : 1;
    layer.rowSign = plane.rowStep[*rowAxis] < 0 ? -1 : 1;
    layer.layerMm = 1 / plane.normalStep[layer.acrossAxis];
    return layer;
}

PixelRange insideRange(const std::array<double, 3>& start, const std::array<double, 3>& step,
    const std::array<int, 3>& sizes, int columns)
{
    double first = 0;
    double last = columns - 1;
    for (std::size_t i = 0; i < 3; ++i) {
        const double low = -0.5 - start[i];
        const double high = sizes[i] - 0.5 - start[i];
        if (std::abs(step[i]) < 1e-9) { // Of a voxel: the whole row lies on one side.
            if (low > 0 || high < 0)
                return {};
            continue;
        }
        const double a = low / step[i];
        const double b = high / step[i];
        first = std::max(first, std::min(a, b));
        last = std::min(last, std::max(a, b));
    }
    if (!(first <= last))
        return {};
    const PixelRange range{static_cast<int>(std::ceil(first)), static_cast<int>(std::floor(last)) + 1};
    return range.begin < range.end ? range : PixelRange{};
}

void forRows(const Plane& plane, unsigned threads, const std::function<void(int, int)>& work)
{
    constexpr std::size_t kWorthThreads = 1U << 15U; // Pixels: starting a thread takes as long as some ten thousand.
    constexpr int kRowsAtOnce = 16;
    if (threads == 0)
        threads = plane.pixels() < kWorthThreads ? 1 : usefulThreads();
    const int parts = (plane.rows + kRowsAtOnce - 1) / kRowsAtOnce;
    parallelFor(static_cast<std::size_t>(parts), threads, [&](std::size_t part) {
        const int first = static_cast<int>(part) * kRowsAtOnce;
        work(first, std::min(first + kRowsAtOnce, plane.rows));
    });
}

} // namespace imaging::detail
