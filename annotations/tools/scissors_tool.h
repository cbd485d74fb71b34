#pragma once

#include "annotations/tools/tool.h"

#include <span>
#include <vector>

namespace annotations {

/// Takes `label` away on one side of an outline on a plane: from the voxels whose centres lie, seen along the plane's
/// normal, within the outline or outside of it, and not farther from the plane than half of the depth; at least from
/// those that the plane cuts. Other labels stay. Throws Error(WrongUse) when the plane's place is not finite.
void cutAway(MaskEdit& edit, const imaging::Plane& plane, std::span<const PlanePosition> outline,
    const CutChoice& choice, std::uint16_t label);

/// An outline drawn by dragging; what it cuts away of the chosen label is gone when the button is let go.
class ScissorsTool : public Tool
{
public:
    ScissorsTool(MaskEdit& edit, const ToolOptions& options);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    std::optional<MaskRegion> end() override;
    ToolOutline outline() const override;

private:
    MaskEdit& m_edit;
    ToolOptions m_options;
    std::vector<PlanePosition> m_path;
};

ToolKind scissorsTool();

} // namespace annotations
