#include "ui/views/crop_box.h"

#include "imaging/grid_frame.h"

#include <QColor>
#include <QLineF>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr double kReach = 10; ///< Points from a handle.

annotations::MaskRegion regionOf(const std::array<double, 6>& ends)
{
    const auto first = [&](std::size_t i) { return static_cast<int>(std::lround(ends[i] + 0.5)); };
    const auto last = [&](std::size_t i) { return static_cast<int>(std::lround(ends[i] - 0.5)); };
    return {first(0), last(1), first(2), last(3), first(4), last(5)};
}

} // namespace

CropBox::CropBox(const imaging::VoxelGrid& grid)
    : m_grid(grid)
    , m_ends{-0.5, grid.columns - 0.5, -0.5, grid.rows - 0.5, -0.5, grid.slices - 0.5}
    , m_region(regionOf(m_ends))
{
}

bool CropBox::isWhole() const
{
    return m_region == CropBox(m_grid).m_region;
}

imaging::PatientPoint CropBox::corner(bool lastColumn, bool lastRow, bool lastSlice) const
{
    return imaging::GridFrame(m_grid).toPatient(
        m_ends[lastColumn ? 1 : 0], m_ends[lastRow ? 3 : 2], m_ends[lastSlice ? 5 : 4]);
}

imaging::PatientPoint CropBox::middleOf(std::size_t side) const
{
    std::array<double, 3> at{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        at[axis] = side / 2 == axis ? m_ends[side] : (m_ends[2 * axis] + m_ends[2 * axis + 1]) / 2;
    return imaging::GridFrame(m_grid).toPatient(at[0], at[1], at[2]);
}

std::array<QPointF, 6> CropBox::handles(const ViewPoint& from, QSizeF view) const
{
    std::array<QPointF, 6> handles;
    for (std::size_t side = 0; side < handles.size(); ++side)
        handles[side] = from.toView(middleOf(side), view);
    return handles;
}

std::optional<std::size_t> CropBox::sideAt(QPointF place, const ViewPoint& from, QSizeF view) const
{
    const auto all = handles(from, view);
    std::optional<std::size_t> nearest;
    for (std::size_t side = 0; side < all.size(); ++side) {
        const double distance = QLineF(all[side], place).length();
        if (distance <= kReach && (!nearest || distance < QLineF(all[*nearest], place).length()))
            nearest = side;
    }
    return nearest;
}

void CropBox::drag(std::size_t side, QPointF moved, const ViewPoint& from, QSizeF view)
{
    const std::size_t axis = side / 2;
    const QPointF step = from.wayInView(imaging::GridFrame(m_grid).step(axis), view);
    const double length = step.x() * step.x() + step.y() * step.y();
    if (length < 1e-6)
        return; // Seen end on: the pointer cannot say how far.
    const double by = (moved.x() * step.x() + moved.y() * step.y()) / length;
    const std::array<double, 3> sizes{
        static_cast<double>(m_grid.columns), static_cast<double>(m_grid.rows), static_cast<double>(m_grid.slices)};
    const bool isLast = side % 2 == 1;
    const double low = isLast ? m_ends[side - 1] + 1 : -0.5;
    const double high = isLast ? sizes[axis] - 0.5 : m_ends[side + 1] - 1;
    m_ends[side] = std::clamp(m_ends[side] + by, low, high);
    m_region = regionOf(m_ends);
}

void CropBox::paint(QPainter& painter, const ViewPoint& from, QSizeF view) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QColor(200, 206, 212, 120), 1));
    for (const bool a : {false, true})
        for (const bool b : {false, true}) {
            painter.drawLine(from.toView(corner(false, a, b), view), from.toView(corner(true, a, b), view));
            painter.drawLine(from.toView(corner(a, false, b), view), from.toView(corner(a, true, b), view));
            painter.drawLine(from.toView(corner(a, b, false), view), from.toView(corner(a, b, true), view));
        }
    painter.setPen(QPen(QColor(0, 0, 0, 190), 1));
    painter.setBrush(QColor(226, 230, 234));
    for (const QPointF& handle : handles(from, view))
        painter.drawEllipse(handle, 5, 5);
    painter.setBrush(Qt::NoBrush);
}

} // namespace ui
