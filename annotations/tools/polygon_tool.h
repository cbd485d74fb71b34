#pragma once

#include "annotations/tools/tool.h"

#include <vector>

namespace annotations {

/// A polygon drawn corner by corner; a click on the first corner closes it.
class PolygonTool : public Tool
{
public:
    /// `value` 0 erases; the label of `options` is not looked at.
    PolygonTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    AfterClick click(PlanePosition at, double reachMm) override;
    bool takeBack() override;
    bool canEnd() const override { return m_corners.size() >= 3; }
    std::optional<MaskRegion> end() override;
    ToolOutline outline() const override { return {m_corners, m_loose}; }

private:
    double distanceMm(PlanePosition a, PlanePosition b) const;

    MaskEdit& m_edit;
    ToolOptions m_options;
    std::uint16_t m_value;
    std::vector<PlanePosition> m_corners;
    std::optional<PlanePosition> m_loose;
};

/// Fills with the chosen label.
ToolKind polygonTool();
/// Leaves no label within, whichever is chosen.
ToolKind polygonEraserTool();

} // namespace annotations
