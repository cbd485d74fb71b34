#include "annotations/tools/freehand_tool.h"

#include "annotations/tools/polygon.h"

#include <cmath>

namespace annotations {

namespace {

constexpr double kSamePlace = 0.05; ///< Of a pixel: nearer positions add nothing to the outline.

} // namespace

FreehandTool::FreehandTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value)
    : m_edit(edit)
    , m_options(options)
    , m_value(value)
{
}

std::optional<MaskRegion> FreehandTool::begin(PlanePosition at)
{
    m_path = {at};
    return std::nullopt;
}

std::optional<MaskRegion> FreehandTool::move(PlanePosition to)
{
    if (m_path.empty() || std::hypot(to.column - m_path.back().column, to.row - m_path.back().row) > kSamePlace)
        m_path.push_back(to);
    return std::nullopt;
}

std::optional<MaskRegion> FreehandTool::end()
{
    return fillPolygon(m_edit, m_options.plane, m_path, m_value);
}

ToolOutline FreehandTool::outline() const
{
    ToolOutline outline;
    outline.path = m_path;
    return outline;
}

ToolKind freehandTool()
{
    return {ToolEffect::Paints, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<FreehandTool>(edit, options, options.label);
            }};
}

ToolKind freehandEraserTool()
{
    return {ToolEffect::Erases, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<FreehandTool>(edit, options, 0);
            }};
}

} // namespace annotations
