#pragma once

#include "annotations/tools/tool.h"

#include <vector>

namespace annotations {

/// A polygon drawn corner by corner; a click on the first corner closes it. Each other corner can be pressed on and
/// dragged elsewhere.
class PolygonTool : public Tool
{
public:
    /// `value` 0 erases; the label of `options` is not looked at.
    PolygonTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    AfterClick click(PlanePosition at, double reachMm) override;
    AfterClick release() override;
    bool takeBack() override;
    bool canEnd() const override { return m_corners.size() >= 3; }
    std::optional<MaskRegion> end() override;
    ToolOutline outline() const override { return {m_corners, m_loose}; }

private:
    double distanceMm(PlanePosition a, PlanePosition b) const;
    std::size_t nearestCorner(PlanePosition at) const;

    /// A corner that was pressed on.
    struct Held
    {
        std::size_t corner = 0;
        PlanePosition from; ///< Where it was pressed.
        double reachMm = 0;
        bool dragged = false; ///< Farther than a click that shakes.
    };

    MaskEdit& m_edit;
    ToolOptions m_options;
    std::uint16_t m_value;
    std::vector<PlanePosition> m_corners;
    std::optional<PlanePosition> m_loose;
    std::optional<Held> m_held;
};

/// Fills with the chosen label.
ToolKind polygonTool();
/// Leaves no label within, whichever is chosen.
ToolKind polygonEraserTool();

} // namespace annotations
