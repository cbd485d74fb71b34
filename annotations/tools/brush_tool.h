#pragma once

#include "annotations/tools/brush.h"
#include "annotations/tools/tool.h"

namespace annotations {

/// Paints a value with a round brush on the slice where it begins.
class BrushTool : public Tool
{
public:
    /// `value` 0 erases.
    BrushTool(MaskEdit& edit, double radiusMm, std::uint16_t value);

    std::optional<MaskRegion> begin(VoxelPoint at) override;
    std::optional<MaskRegion> move(VoxelPoint to) override;

private:
    MaskEdit& m_edit;
    double m_radiusMm;
    std::uint16_t m_value;
    std::optional<BrushStroke> m_stroke;
};

/// Draws with the chosen label.
ToolKind brushTool();

} // namespace annotations
