#pragma once

#include "annotations/tools/tool.h"
#include "annotations/tools/voxel_rows.h"

#include <optional>
#include <vector>

namespace annotations {

/// What is connected with the voxel that is pressed on by values in a window, seen live while the mouse is dragged: to
/// the right the window grows wider, to the left narrower, up it moves to higher values and down to lower ones. The
/// pressed voxel's own value always lies in it. Where it begins, follows from how far the values around the voxel
/// differ; half of the plane's width is all of the values that there are, but for the rarest.
class RegionGrowTool : public Tool
{
public:
    /// Throws Error(WrongUse) when the options' picture is none, is in colour or has another grid.
    RegionGrowTool(MaskEdit& edit, const ToolOptions& options);

    std::optional<MaskRegion> begin(PlanePosition at) override;
    std::optional<MaskRegion> move(PlanePosition to) override;
    ToolOutline outline() const override;
    /// What is painted now lies in it; nothing before begin() and outside the picture.
    const std::optional<ValueRange>& window() const { return m_window; }

private:
    void readValues();
    double spreadAround(imaging::VoxelIndex seed) const;
    std::optional<MaskRegion> grow(const ValueRange& window);

    MaskEdit& m_edit;
    ToolOptions m_options;
    PlanePosition m_from; ///< Where it was pressed.
    PlanePosition m_to; ///< Where the pointer is.
    std::optional<imaging::VoxelIndex> m_seed;
    std::optional<detail::VoxelRows> m_rows;
    std::vector<float> m_values; ///< Of the rows.
    std::vector<std::uint8_t> m_in; ///< Kept, so that it is not made again for every event.
    double m_spread = 0; ///< Half of the first window.
    double m_perPixel = 0;
    std::optional<ValueRange> m_window;
};

ToolKind regionGrowTool();

} // namespace annotations
