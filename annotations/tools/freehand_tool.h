#pragma once

#include "annotations/tools/tool.h"

#include <vector>

namespace annotations {

/// An outline drawn by dragging, closed and filled when the button is let go. Between two positions it is straight, so
/// that it has no gaps however fast it is drawn.
class FreehandTool : public Tool
{
public:
    /// `value` 0 erases; the label of `options` is not looked at.
    FreehandTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    std::optional<MaskRegion> end() override;
    ToolOutline outline() const override;

private:
    MaskEdit& m_edit;
    ToolOptions m_options;
    std::uint16_t m_value;
    std::vector<PlanePosition> m_path;
};

/// Fills with the chosen label.
ToolKind freehandTool();
/// Leaves no label within, whichever is chosen.
ToolKind freehandEraserTool();

} // namespace annotations
