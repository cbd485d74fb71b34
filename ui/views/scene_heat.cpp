#include "ui/views/scene_heat.h"

#include "imaging/heat_colours.h"
#include "ui/views/axis_map.h"
#include "ui/views/picture_pixels.h"
#include "ui/views/slice_scene.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ui {

namespace {

/// One row of the heat over device pixels; `line` has room for a row of the slice.
void drawHeatRow(const SceneHeat& heat, int sourceColumns, const AxisMap& columns, const AxisMap& rows, int y,
    std::vector<float>& line, QRgb* out)
{
    const auto at = static_cast<std::size_t>(y);
    const auto stride = static_cast<std::size_t>(sourceColumns);
    const float* top = heat.values.data() + static_cast<std::size_t>(rows.lower[at]) * stride;
    const float* bottom = heat.values.data() + static_cast<std::size_t>(rows.upper[at]) * stride;
    for (int x = columns.lower.front(); x <= columns.upper.back(); ++x)
        line[static_cast<std::size_t>(x)] = top[x] + (bottom[x] - top[x]) * rows.weight[at];
    const auto& colours = imaging::heatColours();
    const auto strength = static_cast<float>(256 * heat.opacity);
    for (int x = 0; x < columns.end - columns.begin; ++x) {
        const auto i = static_cast<std::size_t>(x);
        const float a = line[static_cast<std::size_t>(columns.lower[i])];
        const float b = line[static_cast<std::size_t>(columns.upper[i])];
        const float value = std::clamp(a + (b - a) * columns.weight[i], 0.0F, 1.0F);
        const auto alpha = static_cast<unsigned>(std::min(256.0F, strength * std::sqrt(value)));
        const auto& colour = colours[static_cast<std::size_t>(value * 255)];
        out[x] = mixed(out[x], qRgb(colour[0], colour[1], colour[2]), alpha);
    }
}

} // namespace

void drawHeat(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const int width = scene.pixels->columns();
    const int height = scene.pixels->rows();
    if (scene.heat.values.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
        return;
    const AxisMap columns =
        mapAxis(scene.view.scaleX, scene.view.offsetX, width, clip.x(), clip.x() + clip.width(), true);
    const AxisMap rows =
        mapAxis(scene.view.scaleY, scene.view.offsetY, height, clip.y(), clip.y() + clip.height(), true);
    if (columns.begin == columns.end)
        return;
    std::vector<float> line(static_cast<std::size_t>(width));
    for (int y = 0; y < rows.end - rows.begin; ++y)
        drawHeatRow(scene.heat, width, columns, rows, y, line, pixelsOf(target, y + rows.begin) + columns.begin);
}

} // namespace ui
