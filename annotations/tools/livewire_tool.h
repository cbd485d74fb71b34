#pragma once

#include "annotations/tools/edge_paths.h"
#include "annotations/tools/tool.h"

#include <optional>
#include <vector>

namespace annotations {

/// An outline that follows the picture's edges: clicks set anchors, and between them lies the way that costs least
/// (intelligent scissors; see detail::EdgeCosts). The ways from an anchor are looked for in a square around it; farther
/// away the line goes on straight. Closed along the edges, too, by the click or the key that ends it, and filled.
class LivewireTool : public Tool
{
public:
    /// `value` 0 erases. Throws Error(WrongUse) when the options' picture is none or is in colour.
    LivewireTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    AfterClick click(PlanePosition at, double reachMm) override;
    bool takeBack() override;
    bool canEnd() const override { return m_anchors.size() >= 3; }
    std::optional<MaskRegion> end() override;
    ToolOutline outline() const override;

private:
    using Line = std::vector<PlanePosition>;

    struct Anchor
    {
        PlanePosition at;
        std::size_t lineSize = 0; ///< Of the line that leads to it.
    };

    void lookFrom(PlanePosition anchor);
    Line lineTo(PlanePosition to, std::size_t budget = detail::EdgePaths::kEndless);
    double distanceMm(PlanePosition a, PlanePosition b) const;

    MaskEdit& m_edit;
    ToolOptions m_options;
    std::uint16_t m_value;
    std::vector<Anchor> m_anchors;
    Line m_line; ///< From the first anchor to the last.
    Line m_live; ///< From there to the pointer.
    std::optional<PlanePosition> m_loose;
    std::optional<detail::EdgePaths> m_paths; ///< From the last anchor.
    std::array<int, 2> m_corner{}; ///< The plane's pixel at which their square begins.
};

/// Fills with the chosen label.
ToolKind livewireTool();

} // namespace annotations
