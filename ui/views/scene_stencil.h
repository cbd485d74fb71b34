#pragma once

#include "ui/views/axis_map.h"
#include "ui/views/slice_scene.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace ui {

/// The label (or the preview's class) under each device pixel of the picture's part of the clip: what the painting
/// reads.
struct Stencil
{
    int width = 0;
    int height = 0;
    std::vector<std::uint16_t> values;
    std::vector<std::uint8_t> rowUsed;

    std::uint16_t at(int x, int y) const
    {
        x = std::clamp(x, 0, width - 1);
        y = std::clamp(y, 0, height - 1);
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
};

Stencil labelStencil(
    std::span<const std::uint16_t> labels, int sourceColumns, const AxisMap& columns, const AxisMap& rows);

/// The classes where the threshold is reached.
Stencil previewStencil(const ScenePreview& preview, int sourceColumns, const AxisMap& columns, const AxisMap& rows);

} // namespace ui
