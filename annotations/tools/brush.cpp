#include "annotations/tools/brush.h"

#include "annotations/tools/swept_disc.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

using detail::include;
using detail::wholeNumbers;
using detail::voxelAt;

} // namespace

BrushStroke::BrushStroke(MaskEdit& edit, const imaging::Plane& plane, double radiusMm, std::uint16_t value,
    BrushTip tip, const std::optional<ValueGate>& gate)
    : m_edit(edit)
    , m_cut(edit.grid(), plane)
    , m_radiusMm(radiusMm)
    , m_value(value)
    , m_tip(tip)
    , m_gate(gate)
{
    if (!(radiusMm > 0) || !std::isfinite(radiusMm))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "The brush needs a radius above 0 mm.");
    if (gate && !gate->fits(edit.grid()))
        throw imaging::Error(
            imaging::ErrorKind::WrongUse, "A brush that looks at values needs the grey picture that the mask lies on.");
}

std::optional<MaskRegion> BrushStroke::moveTo(double column, double row)
{
    if (!std::isfinite(column) || !std::isfinite(row))
        return std::nullopt;
    const Vector to = m_cut.placeOf(column, row);
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
    const auto a = m_cut.indexOf(from);
    const auto b = m_cut.indexOf(to);
    std::array<Range, 3> reach{};
    for (std::size_t i = 0; i < 3; ++i) {
        const Vector gradient = m_cut.gradient(i);
        const double across = m_tip == BrushTip::Sphere ? m_radiusMm : m_cut.heightsMm().last - m_cut.heightsMm().first;
        const double by = m_radiusMm * std::hypot(gradient[0], gradient[1]) + across * std::abs(gradient[2]);
        reach[i] = {std::min(a[i], b[i]) - by, std::max(a[i], b[i]) + by};
    }
    return reach;
}

void BrushStroke::paintLine(
    int row, int slice, const Vector& from, const Vector& to, std::optional<MaskRegion>& region)
{
    Vector start = m_cut.rowStart(row, slice);
    Vector step = m_cut.rowStep();
    Range cut{0, m_edit.grid().columns - 1.0};
    if (m_tip == BrushTip::Disc) {
        cut = m_cut.cutPart(start[2]);
        start[2] = step[2] = 0; // Seen along the normal; `from` and `to` lie on the plane.
    }
    const auto swept = detail::withinSweep(start, step, from, to, m_radiusMm);
    if (!swept)
        return;
    const auto [first, last] = wholeNumbers(
        std::max(swept->first, cut.first), std::min(swept->last, cut.last), m_edit.grid().columns);
    if (first > last)
        return;
    paintRun(first, last, row, slice);
    include(region, {first, last, row, row, slice, slice});
}

/// The voxels that the brush's centre passes, also those that a brush smaller than a voxel would miss: one for each
/// step along the axis on which the way crosses most voxels.
void BrushStroke::paintPath(const Vector& from, const Vector& to, std::optional<MaskRegion>& region)
{
    const imaging::VoxelGrid& grid = m_edit.grid();
    const auto a = m_cut.indexOf(from);
    const auto b = m_cut.indexOf(to);
    std::size_t longest = 0;
    for (std::size_t i = 1; i < 3; ++i)
        if (std::abs(b[i] - a[i]) > std::abs(b[longest] - a[longest]))
            longest = i;
    const auto paintAt = [&](double part) {
        const auto voxel = voxelAt(
            grid, {a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1]), a[2] + part * (b[2] - a[2])});
        if (!voxel || !isLetThrough(*voxel))
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

bool BrushStroke::isLetThrough(imaging::VoxelIndex voxel) const
{
    return !m_gate || m_gate->letsThrough(voxel);
}

/// Voxels of a row, from the first to the last: those that the gate lets through.
void BrushStroke::paintRun(int first, int last, int row, int slice)
{
    const auto start = m_edit.grid().offset({first, row, slice});
    const auto count = static_cast<std::size_t>(last - first) + 1;
    if (!m_gate) {
        m_edit.paintRun(start, count, m_value);
        return;
    }
    forRunsLetThrough(*m_gate, start, count,
        [this](std::size_t offset, std::size_t part) { m_edit.paintRun(offset, part, m_value); });
}

} // namespace annotations
