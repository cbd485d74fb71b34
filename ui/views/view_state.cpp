#include "ui/views/view_state.h"

#include "imaging/volume.h"
#include "ui/views/window_presets.h"

#include <algorithm>

namespace ui {

void ViewState::begin(const imaging::Volume& volume)
{
    const auto& grid = volume.grid();
    m_slices = grid.slices;
    m_slice = grid.slices / 2;
    m_pixelMm = grid.spacingMm[0];
    m_widthMm = grid.columns * m_pixelMm;
    m_inverted = false;
    m_window = openingWindow(volume);
    m_windowName.clear();
    setBrushRadiusMm(m_widthMm * 0.02);
    Q_EMIT sliceChanged(m_slice);
    Q_EMIT windowChanged();
}

void ViewState::end()
{
    m_slices = 0;
    m_slice = 0;
    m_inverted = false;
    m_windowName.clear();
    Q_EMIT sliceChanged(m_slice);
    Q_EMIT windowChanged();
}

void ViewState::setSlice(int slice)
{
    slice = std::clamp(slice, 0, std::max(m_slices - 1, 0));
    if (slice == m_slice)
        return;
    m_slice = slice;
    Q_EMIT sliceChanged(slice);
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
    if (m_slices > 0)
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
    const double largest = m_slices > 0 ? m_widthMm / 2 : 1000;
    const double smallest = m_slices > 0 ? m_pixelMm : 1;
    m_brushRadiusMm = std::clamp(radius, smallest / 2, std::max(largest, smallest));
    Q_EMIT brushRadiusChanged(m_brushRadiusMm);
}

} // namespace ui
