#include "annotations/tools/brush.h"

#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace annotations {

namespace {

struct Span
{
    double first = std::numeric_limits<double>::infinity();
    double last = -std::numeric_limits<double>::infinity();

    void add(double from, double to)
    {
        first = std::min(first, from);
        last = std::max(last, to);
    }
};

/// Where the line y meets a disc around (cx, cy).
void addDisc(Span& span, double cx, double cy, double radius, double y)
{
    const double rest = radius * radius - (y - cy) * (y - cy);
    if (rest >= 0)
        span.add(cx - std::sqrt(rest), cx + std::sqrt(rest));
}

/// Where the line y meets the rectangle swept between two discs: its four edges.
void addSweep(Span& span, double ax, double ay, double bx, double by, double radius, double y)
{
    const double length = std::hypot(bx - ax, by - ay);
    if (length <= 0)
        return;
    const double nx = -(by - ay) / length * radius;
    const double ny = (bx - ax) / length * radius;
    const double corners[4][2] = {{ax + nx, ay + ny}, {bx + nx, by + ny}, {bx - nx, by - ny}, {ax - nx, ay - ny}};
    for (int i = 0; i < 4; ++i) {
        const auto& p = corners[i];
        const auto& q = corners[(i + 1) % 4];
        if ((p[1] < y && q[1] < y) || (p[1] > y && q[1] > y))
            continue;
        if (p[1] == q[1]) {
            span.add(std::min(p[0], q[0]), std::max(p[0], q[0]));
            continue;
        }
        const double x = p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0]);
        span.add(x, x);
    }
}

} // namespace

BrushStroke::BrushStroke(MaskEdit& edit, int slice, double radiusMm, std::uint16_t value)
    : m_edit(edit)
    , m_slice(slice)
    , m_radiusMm(radiusMm)
    , m_value(value)
{
    if (slice < 0 || slice >= edit.grid().slices)
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "There is no slice " + std::to_string(slice) + " to paint on.");
    if (!(radiusMm > 0) || !std::isfinite(radiusMm))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The brush needs a radius above 0 mm.");
}

std::optional<MaskRegion> BrushStroke::moveTo(double column, double row)
{
    if (!std::isfinite(column) || !std::isfinite(row))
        return std::nullopt;
    const imaging::VoxelGrid& grid = m_edit.grid();
    const Point to{column, row};
    const Point from = m_last.value_or(to);
    m_last = to;

    // The voxel under the cursor is painted even by a brush smaller than a voxel.
    const double reach = std::max(m_radiusMm / grid.spacingMm[1], 0.5);
    const double first = std::max(0.0, std::ceil(std::min(from.row, to.row) - reach));
    const double last = std::min(grid.rows - 1.0, std::floor(std::max(from.row, to.row) + reach));
    std::optional<MaskRegion> region;
    if (last < first)
        return region;
    for (int r = static_cast<int>(first); r <= static_cast<int>(last); ++r)
        paintRow(r, from, to, region);
    return region;
}

void BrushStroke::paintRow(int row, Point from, Point to, std::optional<MaskRegion>& region)
{
    const imaging::VoxelGrid& grid = m_edit.grid();
    const double sx = grid.spacingMm[0];
    const double sy = grid.spacingMm[1];
    const double y = row * sy;
    Span span; // In mm along the row; the capsule is convex, so one interval is exact.
    addDisc(span, from.column * sx, from.row * sy, m_radiusMm, y);
    addDisc(span, to.column * sx, to.row * sy, m_radiusMm, y);
    addSweep(span, from.column * sx, from.row * sy, to.column * sx, to.row * sy, m_radiusMm, y);
    if (row == std::lround(to.row))
        span.add(std::round(to.column) * sx, std::round(to.column) * sx);

    const double first = std::max(0.0, std::ceil(span.first / sx - 1e-9));
    const double last = std::min(grid.columns - 1.0, std::floor(span.last / sx + 1e-9));
    if (!(first <= last))
        return;
    const int firstColumn = static_cast<int>(first);
    const int lastColumn = static_cast<int>(last);
    const std::size_t offset = grid.offset({firstColumn, row, m_slice});
    m_edit.paintRun(offset, static_cast<std::size_t>(lastColumn - firstColumn) + 1, m_value);
    const MaskRegion painted{firstColumn, lastColumn, row, row, m_slice, m_slice};
    region = region ? united(*region, painted) : painted;
}

} // namespace annotations
