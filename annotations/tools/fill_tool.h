#pragma once

#include "annotations/tools/tool.h"

namespace annotations {

/// A click fills what is connected, by faces of voxels, with the voxel that is clicked and holds the same label, or
/// none, as it does: on the plane, or in a box around the click (RegionChoice).
class FillTool : public Tool
{
public:
    FillTool(MaskEdit& edit, const ToolOptions& options);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition) override { return std::nullopt; }

private:
    MaskEdit& m_edit;
    ToolOptions m_options;
};

ToolKind fillTool();

} // namespace annotations
