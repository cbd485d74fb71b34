#include "annotations/tools/brush_tool.h"

namespace annotations {

BrushTool::BrushTool(
    MaskEdit& edit, const ToolOptions& options, std::uint16_t value, const std::optional<ValueGate>& gate)
    : m_edit(edit)
    , m_options(options)
    , m_value(value)
    , m_gate(gate)
{
}

std::optional<MaskRegion> BrushTool::begin(PlanePosition at)
{
    m_stroke.emplace(m_edit, m_options.plane, m_options.radiusMm, m_value, m_options.tip, m_gate);
    return move(at);
}

std::optional<MaskRegion> BrushTool::move(PlanePosition to)
{
    return m_stroke ? m_stroke->moveTo(to.column, to.row) : std::nullopt;
}

ToolKind brushTool()
{
    return {ToolEffect::Paints, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<BrushTool>(edit, options, options.label);
            }};
}

} // namespace annotations
