#include "ui/views/view_state.h"

#include "imaging/error.h"
#include "imaging/grid_frame.h"
#include "imaging/volume.h"
#include "ui/views/window_presets.h"

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

/// 30 degrees from axial: unlike the others, so that it is seen to be another.
constexpr imaging::PatientPoint kObliqueStart{0, -0.5, 0.86602540378443865};

imaging::GridAxis axisOf(const imaging::VoxelGrid& grid, ViewPlane view)
{
    switch (view) {
    case ViewPlane::Axial:
        return axisAcross(grid, imaging::Orientation::Axial);
    case ViewPlane::Coronal:
        return axisAcross(grid, imaging::Orientation::Coronal);
    case ViewPlane::Sagittal:
        return axisAcross(grid, imaging::Orientation::Sagittal);
    default:
        return imaging::GridAxis::Slice;
    }
}

/// The voxel index along an axis that a point lies at.
int layerAt(const imaging::VoxelGrid& grid, imaging::GridAxis axis, imaging::PatientPoint point)
{
    const double index = imaging::GridFrame(grid).toIndex(point)[static_cast<std::size_t>(axis)];
    return static_cast<int>(std::lround(std::clamp(index, 0.0, layersAlong(grid, axis) - 1.0)));
}

imaging::PatientPoint heldWithin(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    const imaging::GridFrame frame(grid);
    const auto index = frame.toIndex(point);
    return frame.toPatient(std::clamp(index[0], 0.0, grid.columns - 1.0), std::clamp(index[1], 0.0, grid.rows - 1.0),
        std::clamp(index[2], 0.0, grid.slices - 1.0));
}

/// From black to white, in numbers no longer than they need be.
annotations::ValueRange rangeOf(const imaging::WindowLevel& window)
{
    const double step = std::pow(10, std::min(0.0, std::floor(std::log10(std::max(window.width, 1e-9))) - 2));
    const auto rounded = [step](double value) { return std::round(value / step) * step; };
    return {rounded(window.center - window.width / 2), rounded(window.center + window.width / 2)};
}

} // namespace

void ViewState::begin(const imaging::Volume& volume)
{
    m_grid = volume.grid();
    m_crosshair = imaging::GridFrame(*m_grid).toPatient(m_grid->columns / 2, m_grid->rows / 2, m_grid->slices / 2);
    m_obliqueNormal = kObliqueStart;
    m_inverted = false;
    m_regular = volume.info().notRegular.empty();
    m_modality = volume.info().study.modality;
    const auto chosen = m_layouts.find(m_modality);
    m_layout = chosen == m_layouts.end() ? ViewLayout::Single : chosen->second;
    m_alone.reset();
    m_slab.reset();
    m_window = openingWindow(volume);
    m_windowName.clear();
    setBrushRadiusMm(m_grid->columns * m_grid->spacingMm[0] * 0.02);
    setPaintRange(rangeOf(m_window));
    const bool onlyEmpty = m_drawRules.over.mode == annotations::DrawOver::Mode::BackgroundOnly;
    setDrawRules({onlyEmpty ? m_drawRules.over : annotations::DrawOver(), std::nullopt});
    Q_EMIT layoutChanged();
    Q_EMIT slabChanged();
    Q_EMIT planesChanged();
    Q_EMIT sliceChanged(slice());
    Q_EMIT windowChanged();
}

void ViewState::end()
{
    m_grid.reset();
    m_inverted = false;
    m_windowName.clear();
    Q_EMIT layoutChanged();
    Q_EMIT planesChanged();
    Q_EMIT sliceChanged(slice());
    Q_EMIT windowChanged();
}

void ViewState::setCrosshair(imaging::PatientPoint point)
{
    if (m_grid && std::isfinite(point.x + point.y + point.z))
        moveCrosshair(heldWithin(*m_grid, point));
}

void ViewState::moveCrosshair(imaging::PatientPoint point)
{
    const int before = slice();
    m_crosshair = point;
    Q_EMIT planesChanged();
    if (slice() != before)
        Q_EMIT sliceChanged(slice());
}

void ViewState::setObliqueNormal(imaging::PatientPoint normal)
{
    const double size = length(normal);
    if (!(size > 0) || !std::isfinite(size))
        throw imaging::Error(imaging::ErrorKind::WrongUse, "An oblique plane needs a direction to lie across.");
    m_obliqueNormal = (1 / size) * normal;
    Q_EMIT planesChanged();
}

std::optional<imaging::Plane> ViewState::plane(ViewPlane view) const
{
    if (!m_grid)
        return std::nullopt;
    if (view == ViewPlane::Oblique)
        return planeThrough(*m_grid, m_crosshair, m_obliqueNormal);
    const auto plane = planeOf(*m_grid, axisOf(*m_grid, view), layer(view));
    return view == ViewPlane::Stored ? plane : upright(plane);
}

double ViewState::obliqueStepMm() const
{
    const imaging::GridFrame frame(*m_grid);
    return std::min({length(frame.step(0)), length(frame.step(1)), length(frame.step(2))});
}

int ViewState::layers(ViewPlane view) const
{
    if (!m_grid)
        return 0;
    if (view != ViewPlane::Oblique)
        return layersAlong(*m_grid, axisOf(*m_grid, view));
    const auto [low, high] = reachAlong(*m_grid, m_crosshair, m_obliqueNormal);
    return std::max(1, static_cast<int>((high - low) / obliqueStepMm()));
}

int ViewState::layer(ViewPlane view) const
{
    if (!m_grid)
        return 0;
    if (view != ViewPlane::Oblique)
        return layerAt(*m_grid, axisOf(*m_grid, view), m_crosshair);
    const double low = reachAlong(*m_grid, m_crosshair, m_obliqueNormal).first;
    return std::clamp(static_cast<int>(-low / obliqueStepMm()), 0, layers(view) - 1);
}

void ViewState::setLayer(ViewPlane view, int wanted)
{
    wanted = std::clamp(wanted, 0, std::max(layers(view) - 1, 0));
    const int now = layer(view);
    if (wanted == now)
        return;
    if (view == ViewPlane::Oblique)
        return moveCrosshair(m_crosshair + (wanted - now) * obliqueStepMm() * m_obliqueNormal);
    const imaging::GridFrame frame(*m_grid);
    auto index = frame.toIndex(m_crosshair);
    index[static_cast<std::size_t>(axisOf(*m_grid, view))] = wanted;
    moveCrosshair(frame.toPatient(index[0], index[1], index[2]));
}

void ViewState::setWindow(imaging::WindowLevel window, const QString& name)
{
    window.width = std::max(window.width, 1e-3);
    m_window = window;
    m_windowName = name;
    Q_EMIT windowChanged();
}

void ViewState::changeWindow(double widthFactor, double centreShift)
{
    if (m_grid)
        setWindow({m_window.center + centreShift * m_window.width, m_window.width * widthFactor});
}

void ViewState::setInverted(bool inverted)
{
    m_inverted = inverted;
    Q_EMIT styleChanged();
}

void ViewState::setSmooth(bool smooth)
{
    m_smooth = smooth;
    Q_EMIT styleChanged();
}

void ViewState::setOverlayOpacity(double opacity)
{
    m_opacity = std::clamp(opacity, 0.0, 1.0);
    Q_EMIT overlayOpacityChanged(m_opacity);
    Q_EMIT styleChanged();
}

void ViewState::setOverlayStyle(OverlayStyle style)
{
    m_style = style;
    Q_EMIT styleChanged();
}

void ViewState::setOverlayVisible(bool visible)
{
    m_overlayVisible = visible;
    Q_EMIT styleChanged();
}

void ViewState::setTool(ToolId tool)
{
    m_tool = tool;
    Q_EMIT toolChanged(tool);
}

void ViewState::setBrushRadiusMm(double radius)
{
    const double largest = m_grid ? m_grid->columns * m_grid->spacingMm[0] / 2 : 1000;
    const double smallest = m_grid ? m_grid->spacingMm[0] : 1;
    m_brushRadiusMm = std::clamp(radius, smallest / 2, std::max(largest, smallest));
    Q_EMIT brushRadiusChanged(m_brushRadiusMm);
}

void ViewState::setPaintRange(annotations::ValueRange range)
{
    if (!(range.low <= range.high) || range == m_paintRange)
        return;
    m_paintRange = range;
    Q_EMIT paintRangeChanged();
}

void ViewState::setChoices(const ToolChoices& choices)
{
    if (choices == m_choices)
        return;
    m_choices = choices;
    Q_EMIT choicesChanged();
}

void ViewState::setDrawRules(const annotations::DrawRules& rules)
{
    if (rules == m_drawRules)
        return;
    m_drawRules = rules;
    Q_EMIT drawRulesChanged();
}

} // namespace ui
