#include "ui/views/scene_overlay.h"

#include "ui/views/axis_map.h"
#include "ui/views/picture_pixels.h"
#include "ui/views/scene_stencil.h"
#include "ui/views/slice_scene.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace ui {

namespace {

bool onContour(const Stencil& stencil, int x, int y, int width, std::uint16_t value)
{
    return stencil.at(x - width, y) != value || stencil.at(x + width, y) != value || stencil.at(x, y - width) != value
        || stencil.at(x, y + width) != value;
}

/// How the pixels of a stencil are mixed into the picture, in 256ths.
struct Paint
{
    unsigned fill = 0;
    unsigned contour = 0;
    bool proposal = false; ///< Hatched within, dashed outline.
    unsigned period = 8; ///< Of dashes and hatching, in device pixels; a power of two. Half of it is a gap.
    QPoint anchor; ///< Where the pattern begins, so that it moves with the picture.
};

Paint paintOf(const SliceScene& scene, bool proposal, QPoint origin)
{
    const SceneOverlay& overlay = scene.overlay;
    Paint paint;
    if (overlay.style != OverlayStyle::Contour)
        paint.fill = static_cast<unsigned>(std::lround(std::clamp(overlay.opacity, 0.0, 1.0) * 256));
    paint.contour = overlay.style == OverlayStyle::Fill && !proposal ? paint.fill : 240U;
    paint.proposal = proposal;
    paint.period = overlay.contourWidth <= 2 ? 8 : 16;
    paint.anchor = origin - QPoint(static_cast<int>(std::floor(scene.view.offsetX)),
                       static_cast<int>(std::floor(scene.view.offsetY)));
    return paint;
}

bool inDash(const Paint& paint, int along)
{
    return (static_cast<unsigned>(along) & (paint.period - 1)) < paint.period / 2;
}

/// The colour of a proposal's outline: dashes along it, counted by rows where it runs down and by columns elsewhere,
/// with dark gaps, so that it is seen on any ground.
QRgb dashColour(const Stencil& stencil, const Paint& paint, int x, int y, int width, QRgb colour)
{
    const std::uint16_t value = stencil.at(x, y);
    const bool runsDown = stencil.at(x, y - width) == value && stencil.at(x, y + width) == value;
    return inDash(paint, runsDown ? y + paint.anchor.y() : x + paint.anchor.x()) ? colour : qRgb(0, 0, 0);
}

void paintStencil(const Stencil& stencil, std::span<const QRgb> colours, const SceneOverlay& overlay,
    const Paint& paint, QImage& target, QPoint origin, const QRect& clip)
{
    const int top = std::max(0, clip.y() - origin.y());
    const int bottom = std::min(stencil.height, clip.y() + clip.height() - origin.y());
    const int left = std::max(0, clip.x() - origin.x());
    const int right = std::min(stencil.width, clip.x() + clip.width() - origin.x());
    for (int y = top; y < bottom; ++y) {
        if (!stencil.rowUsed[static_cast<std::size_t>(y)])
            continue;
        const std::uint16_t* values =
            stencil.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(stencil.width);
        QRgb* out = pixelsOf(target, y + origin.y()) + origin.x();
        for (int x = left; x < right; ++x) {
            const std::uint16_t value = values[x];
            if (value == 0 || value >= colours.size() || qAlpha(colours[value]) == 0)
                continue;
            const bool edge = paint.contour != paint.fill && onContour(stencil, x, y, overlay.contourWidth, value);
            QRgb colour = colours[value];
            unsigned alpha = edge ? paint.contour : paint.fill;
            if (paint.proposal && edge)
                colour = dashColour(stencil, paint, x, y, overlay.contourWidth, colour);
            else if (paint.proposal && !inDash(paint, x + y + paint.anchor.x() + paint.anchor.y()))
                alpha /= 4;
            out[x] = mixed(out[x], colour, alpha);
        }
    }
}

/// Contours need to see a little beyond the clip.
QRect widened(const QRect& clip, const SceneOverlay& overlay, const QImage& target)
{
    const int by = overlay.contourWidth;
    return clip.adjusted(-by, -by, by, by).intersected(target.rect());
}

} // namespace

void drawOverlay(const SliceScene& scene, QImage& target, const QRect& clip)
{
    const int columns = scene.pixels->columns();
    const int rows = scene.pixels->rows();
    const auto voxels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
    const bool hasLabels = scene.overlay.labels.size() == voxels;
    const bool hasPreview = scene.overlay.preview.probabilities.size() == voxels;
    if (!hasLabels && !hasPreview)
        return;
    const QRect area = widened(clip, scene.overlay, target);
    const AxisMap across =
        mapAxis(scene.view.scaleX, scene.view.offsetX, columns, area.x(), area.x() + area.width(), true);
    const AxisMap down = mapAxis(scene.view.scaleY, scene.view.offsetY, rows, area.y(), area.y() + area.height(), true);
    if (across.begin == across.end || down.begin == down.end)
        return;
    const QPoint origin(across.begin, down.begin);
    if (hasLabels)
        paintStencil(labelStencil(scene.overlay.labels, columns, across, down), scene.overlay.colours, scene.overlay,
            paintOf(scene, /*proposal=*/false, origin), target, origin, clip);
    if (hasPreview)
        paintStencil(previewStencil(scene.overlay.preview, columns, across, down), scene.overlay.preview.colours,
            scene.overlay, paintOf(scene, /*proposal=*/true, origin), target, origin, clip);
}

} // namespace ui
