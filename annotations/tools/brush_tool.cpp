#include "annotations/tools/brush_tool.h"

#include <cmath>

namespace annotations {

BrushTool::BrushTool(MaskEdit& edit, double radiusMm, std::uint16_t value)
    : m_edit(edit)
    , m_radiusMm(radiusMm)
    , m_value(value)
{
}

std::optional<MaskRegion> BrushTool::begin(VoxelPoint at)
{
    m_stroke.emplace(m_edit, static_cast<int>(std::lround(at.slice)), m_radiusMm, m_value);
    return move(at);
}

std::optional<MaskRegion> BrushTool::move(VoxelPoint to)
{
    return m_stroke ? m_stroke->moveTo(to.column, to.row) : std::nullopt;
}

ToolKind brushTool()
{
    return {ToolEffect::Paints, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<BrushTool>(edit, options.radiusMm, options.label);
            }};
}

} // namespace annotations
