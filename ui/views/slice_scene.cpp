#include "ui/views/slice_scene.h"

#include "ui/views/picture_pixels.h"
#include "ui/views/scene_heat.h"
#include "ui/views/scene_overlay.h"
#include "ui/views/scene_picture.h"

#include <algorithm>

namespace ui {

void renderSlice(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const QRect area = clip.intersected(target.rect());
    if (area.isEmpty())
        return;
    if (!scene.pixels) {
        for (int y = area.top(); y <= area.bottom(); ++y)
            std::fill_n(pixelsOf(target, y) + area.x(), area.width(), 0xFF000000U);
        return;
    }
    drawPicture(scene, target, area);
    drawHeat(scene, target, area);
    drawOverlay(scene, target, area);
}

QImage renderSlice(const SliceScene& scene, QSize viewport)
{
    QImage target(viewport, QImage::Format_RGB32);
    renderSlice(scene, target, target.rect());
    return target;
}

} // namespace ui
