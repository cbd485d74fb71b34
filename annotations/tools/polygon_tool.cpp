#include "annotations/tools/polygon_tool.h"

#include "annotations/tools/polygon.h"

#include <algorithm>

namespace annotations {

PolygonTool::PolygonTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value)
    : m_edit(edit)
    , m_options(options)
    , m_value(value)
{
}

std::optional<MaskRegion> PolygonTool::begin(PlanePosition at)
{
    m_corners = {at};
    return std::nullopt;
}

std::optional<MaskRegion> PolygonTool::move(PlanePosition to)
{
    if (m_held && (m_held->dragged || distanceMm(to, m_held->from) > m_held->reachMm / 2)) {
        m_held->dragged = true;
        m_corners[m_held->corner] = to;
    }
    m_loose = to;
    return std::nullopt;
}

AfterClick PolygonTool::click(PlanePosition at, double reachMm)
{
    m_loose = at;
    const std::size_t nearest = nearestCorner(at);
    const double distance = distanceMm(at, m_corners[nearest]);
    if (canEnd() && distanceMm(at, m_corners.front()) <= reachMm)
        return AfterClick::End;
    if (nearest > 0 && distance <= reachMm)
        m_held = Held{nearest, at, reachMm};
    else if (distance > 0)
        m_corners.push_back(at);
    return AfterClick::GoOn;
}

AfterClick PolygonTool::release()
{
    m_held.reset();
    return AfterClick::GoOn;
}

/// Of two in one place the first.
std::size_t PolygonTool::nearestCorner(PlanePosition at) const
{
    const auto nearest = std::min_element(m_corners.begin(), m_corners.end(),
        [&](PlanePosition a, PlanePosition b) { return distanceMm(a, at) < distanceMm(b, at); });
    return static_cast<std::size_t>(nearest - m_corners.begin());
}

bool PolygonTool::takeBack()
{
    m_held.reset();
    if (!m_corners.empty())
        m_corners.pop_back();
    return !m_corners.empty();
}

std::optional<MaskRegion> PolygonTool::end()
{
    return fillPolygon(m_edit, m_options.plane, m_corners, m_value);
}

double PolygonTool::distanceMm(PlanePosition a, PlanePosition b) const
{
    return length(m_options.plane.toPatient(a.column, a.row) - m_options.plane.toPatient(b.column, b.row));
}

ToolKind polygonTool()
{
    return {ToolEffect::Paints,
        [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
            return std::make_unique<PolygonTool>(edit, options, options.label);
        },
        ToolGesture::Clicks};
}

ToolKind polygonEraserTool()
{
    return {ToolEffect::Erases,
        [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
            return std::make_unique<PolygonTool>(edit, options, 0);
        },
        ToolGesture::Clicks};
}

} // namespace annotations
