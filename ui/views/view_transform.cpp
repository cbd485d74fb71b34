#include "ui/views/view_transform.h"

#include <algorithm>

namespace ui {

namespace {

constexpr double kSmallestScale = 1.0 / 64;
constexpr double kLargestScale = 128;
constexpr double kKeptVisible = 48; ///< Device pixels of the picture that panning leaves in the viewport.

double heldOffset(double offset, double extent, double viewport)
{
    const double kept = std::min({kKeptVisible, extent, viewport});
    return std::clamp(offset, kept - extent, viewport - kept);
}

} // namespace

ViewTransform fitted(QSize picture, std::array<double, 2> spacingMm, QSize viewport)
{
    if (picture.isEmpty() || viewport.isEmpty())
        return {};
    const bool usable = spacingMm[0] > 0 && spacingMm[1] > 0;
    const double pixelAspect = usable ? std::clamp(spacingMm[1] / spacingMm[0], 0.05, 20.0) : 1;
    const double fit = std::min(
        viewport.width() / static_cast<double>(picture.width()), viewport.height() / (picture.height() * pixelAspect));
    ViewTransform view;
    view.scaleX = std::clamp(fit, kSmallestScale, kLargestScale);
    view.scaleY = view.scaleX * pixelAspect;
    view.offsetX = (viewport.width() - picture.width() * view.scaleX) / 2;
    view.offsetY = (viewport.height() - picture.height() * view.scaleY) / 2;
    return view;
}

ViewTransform zoomedAbout(const ViewTransform& view, QPointF fixed, double factor)
{
    const double scaleX = std::clamp(view.scaleX * factor, kSmallestScale, kLargestScale);
    const double applied = scaleX / view.scaleX;
    const QPointF picture = view.toPicture(fixed);
    ViewTransform zoomed;
    zoomed.scaleX = scaleX;
    zoomed.scaleY = view.scaleY * applied;
    zoomed.offsetX = fixed.x() - picture.x() * zoomed.scaleX;
    zoomed.offsetY = fixed.y() - picture.y() * zoomed.scaleY;
    return zoomed;
}

ViewTransform panned(const ViewTransform& view, QPointF delta, QSize picture, QSize viewport)
{
    ViewTransform moved = view;
    moved.offsetX = heldOffset(view.offsetX + delta.x(), picture.width() * view.scaleX, viewport.width());
    moved.offsetY = heldOffset(view.offsetY + delta.y(), picture.height() * view.scaleY, viewport.height());
    return moved;
}

} // namespace ui
