#pragma once

#include "annotations/tools/brush.h"
#include "annotations/tools/tool.h"

namespace annotations {

/// Paints a value with a round brush on a plane.
class BrushTool : public Tool
{
public:
    /// `value` 0 erases; the label of `options` is not looked at.
    BrushTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value,
        const std::optional<ValueGate>& gate = std::nullopt);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;

private:
    MaskEdit& m_edit;
    ToolOptions m_options;
    std::uint16_t m_value;
    std::optional<ValueGate> m_gate;
    std::optional<BrushStroke> m_stroke;
};

/// Draws with the chosen label.
ToolKind brushTool();

} // namespace annotations
