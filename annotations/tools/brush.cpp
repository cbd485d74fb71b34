#include "annotations/tools/brush.h"

#include "annotations/tools/swept_disc.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

constexpr double kSameVoxel = 1e-9; // Of a voxel.

void include(std::optional<MaskRegion>& region, const MaskRegion& painted)
{
    region = region ? united(*region, painted) : painted;
}

/// Whole numbers of a range among 0..size-1; empty ones end before they begin.
std::array<int, 2> wholeNumbers(double first, double last, int size)
{
    const double low = std::max(0.0, std::ceil(first - kSameVoxel));
    const double high = std::min(size - 1.0, std::floor(last + kSameVoxel));
    return low <= high ? std::array<int, 2>{static_cast<int>(low), static_cast<int>(high)} : std::array<int, 2>{0, -1};
}

/// The voxel at fractional indices, when it lies in the grid. Of two that are equally near that of the higher index.
std::optional<imaging::VoxelIndex> voxelAt(const imaging::VoxelGrid& grid, const std::array<double, 3>& index)
{
    std::array<int, 3> nearest{};
    for (std::size_t i = 0; i < 3; ++i) { // Held before it is a whole number: a position may be anywhere.
        const double edge = std::clamp(index[i], -2.0, 1e9) + 0.5;
        nearest[i] = edge > kSameVoxel ? static_cast<int>(std::floor(edge + kSameVoxel)) : -1;
    }
    const imaging::VoxelIndex voxel{nearest[0], nearest[1], nearest[2]};
    return grid.contains(voxel) ? std::optional(voxel) : std::nullopt;
}

} // namespace

BrushStroke::BrushStroke(
    MaskEdit& edit, const imaging::Plane& plane, double radiusMm, std::uint16_t value, BrushTip tip)
    : m_edit(edit)
    , m_plane(plane)
    , m_frame(edit.grid())
    , m_radiusMm(radiusMm)
    , m_value(value)
    , m_tip(tip)
{
    if (!(radiusMm > 0) || !std::isfinite(radiusMm))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The brush needs a radius above 0 mm.");
    const imaging::PatientPoint normal = plane.normal();
    m_axes = {plane.axes[0], imaging::cross(normal, plane.axes[0]), normal};
    for (std::size_t i = 0; i < 3; ++i)
        m_steps[i] = onPlane(m_frame.step(i));
    m_start = onPlane(m_frame.toPatient(0, 0, 0) - plane.origin);
    const double thickness = m_frame.voxelAlong(normal);
    if (!std::isfinite(m_start[0] + m_start[1] + m_start[2] + thickness))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The brush needs a plane to draw on.");
    // Of two layers that touch on the plane it cuts the one that nearest neighbours show: that of the higher index.
    const auto steepest = std::max_element(m_steps.begin(), m_steps.end(),
        [](const Vector& a, const Vector& b) { return std::abs(a[2]) < std::abs(b[2]); });
    const double same = (*steepest)[2] < 0 ? -1e-6 : 1e-6;
    m_cutMm = {(same - 0.5) * thickness, (same + 0.5) * thickness};
}

BrushStroke::Vector BrushStroke::onPlane(imaging::PatientPoint way) const
{
    return {imaging::dot(way, m_axes[0]), imaging::dot(way, m_axes[1]), imaging::dot(way, m_axes[2])};
}

std::optional<MaskRegion> BrushStroke::moveTo(double column, double row)
{
    if (!std::isfinite(column) || !std::isfinite(row))
        return std::nullopt;
    const Vector to = onPlane(m_plane.toPatient(column, row) - m_plane.origin);
    const Vector from = m_last.value_or(to);
    m_last = to;
    std::optional<MaskRegion> region;
    const auto reach = reachOf(from, to);
    const auto [firstSlice, lastSlice] = wholeNumbers(reach[2].first, reach[2].last, m_edit.grid().slices);
    const auto [firstRow, lastRow] = wholeNumbers(reach[1].first, reach[1].last, m_edit.grid().rows);
    for (int slice = firstSlice; slice <= lastSlice; ++slice)
        for (int r = firstRow; r <= lastRow; ++r)
            paintLine(r, slice, from, to, region);
    paintPath(from, to, region);
    return region;
}

/// The indices that the sweep may reach: of its two ends, further by the brush's radius and by the layer's thickness.
std::array<BrushStroke::Range, 3> BrushStroke::reachOf(const Vector& from, const Vector& to) const
{
    const auto a = indexOf(from);
    const auto b = indexOf(to);
    std::array<Range, 3> reach{};
    for (std::size_t i = 0; i < 3; ++i) {
        const Vector gradient = onPlane(m_frame.gradient(i));
        const double across = m_tip == BrushTip::Sphere ? m_radiusMm : m_cutMm.last - m_cutMm.first;
        const double by = m_radiusMm * std::hypot(gradient[0], gradient[1]) + across * std::abs(gradient[2]);
        reach[i] = {std::min(a[i], b[i]) - by, std::max(a[i], b[i]) + by};
    }
    return reach;
}

std::array<double, 3> BrushStroke::indexOf(const Vector& point) const
{
    return m_frame.toIndex(m_plane.origin + point[0] * m_axes[0] + point[1] * m_axes[1] + point[2] * m_axes[2]);
}

/// The steps along the grid's columns, from a height above the plane, at which it cuts voxels.
BrushStroke::Range BrushStroke::cutRange(double height) const
{
    constexpr double kAll = 1e12;
    const double low = m_cutMm.first - height;
    const double high = m_cutMm.last - height;
    const double step = m_steps[0][2];
    if (std::abs(step) < 1e-9 * (high - low))
        return low <= 0 && high >= 0 ? Range{-kAll, kAll} : Range{kAll, -kAll};
    return {std::min(low / step, high / step), std::max(low / step, high / step)};
}

void BrushStroke::paintLine(
    int row, int slice, const Vector& from, const Vector& to, std::optional<MaskRegion>& region)
{
    Vector start = m_start;
    for (std::size_t i = 0; i < 3; ++i)
        start[i] += row * m_steps[1][i] + slice * m_steps[2][i];
    Vector step = m_steps[0];
    Range cut{0, m_edit.grid().columns - 1.0};
    if (m_tip == BrushTip::Disc) {
        cut = cutRange(start[2]);
        start[2] = step[2] = 0; // Seen along the normal; `from` and `to` lie on the plane.
    }
    const auto swept = detail::withinSweep(start, step, from, to, m_radiusMm);
    if (!swept)
        return;
    const auto [first, last] = wholeNumbers(
        std::max(swept->first, cut.first), std::min(swept->last, cut.last), m_edit.grid().columns);
    if (first > last)
        return;
    m_edit.paintRun(m_edit.grid().offset({first, row, slice}), static_cast<std::size_t>(last - first) + 1, m_value);
    include(region, {first, last, row, row, slice, slice});
}

/// The voxels that the brush's centre passes, also those that a brush smaller than a voxel would miss: one for each
/// step along the axis on which the way crosses most voxels.
void BrushStroke::paintPath(const Vector& from, const Vector& to, std::optional<MaskRegion>& region)
{
    const imaging::VoxelGrid& grid = m_edit.grid();
    const auto a = indexOf(from);
    const auto b = indexOf(to);
    std::size_t longest = 0;
    for (std::size_t i = 1; i < 3; ++i)
        if (std::abs(b[i] - a[i]) > std::abs(b[longest] - a[longest]))
            longest = i;
    const auto paintAt = [&](double part) {
        const auto voxel = voxelAt(
            grid, {a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2])});
        if (!voxel)
            return;
        m_edit.paint(*voxel, m_value);
        include(region, {voxel->column, voxel->column, voxel->row, voxel->row, voxel->slice, voxel->slice});
    };
    paintAt(1); // The way's start is the end of the last one.
    const std::array<int, 3> sizes{grid.columns, grid.rows, grid.slices};
    const auto [first, last] =
        wholeNumbers(std::min(a[longest], b[longest]), std::max(a[longest], b[longest]), sizes[longest]);
    for (int i = first; i <= last && a[longest] != b[longest]; ++i)
        paintAt((i - a[longest]) / (b[longest] - a[longest]));
}

} // namespace annotations
