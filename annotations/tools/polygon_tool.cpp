#include "annotations/tools/polygon_tool.h"

#include "annotations/tools/polygon.h"

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
    m_loose = to;
    return std::nullopt;
}

AfterClick PolygonTool::click(PlanePosition at, double reachMm)
{
    m_loose = at;
    if (canEnd() && distanceMm(at, m_corners.front()) <= reachMm)
        return AfterClick::End;
    if (distanceMm(at, m_corners.back()) > 0)
        m_corners.push_back(at);
    return AfterClick::GoOn;
}

bool PolygonTool::takeBack()
{
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
