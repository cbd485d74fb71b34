#pragma once

#include <QPointF>
#include <QSize>

#include <array>

namespace ui {

/// How a picture lies in a viewport: device pixels per picture pixel and where the picture's top left corner is.
/// Picture coordinates are continuous, pixel (c, r) covers [c, c+1) x [r, r+1).
struct ViewTransform
{
    double scaleX = 1;
    double scaleY = 1;
    double offsetX = 0;
    double offsetY = 0;

    QPointF toViewport(QPointF picture) const
    {
        return {picture.x() * scaleX + offsetX, picture.y() * scaleY + offsetY};
    }
    QPointF toPicture(QPointF viewport) const
    {
        return {(viewport.x() - offsetX) / scaleX, (viewport.y() - offsetY) / scaleY};
    }

    friend bool operator==(const ViewTransform&, const ViewTransform&) = default;
};

/// The whole picture, centred and as large as fits, pixels as wide and high as `spacingMm` (columns, rows) says.
ViewTransform fitted(QSize picture, std::array<double, 2> spacingMm, QSize viewport);

/// Zoomed by `factor` so that what lies at `fixed` (viewport) stays there. Kept between 1/64 and 128 pixels a pixel.
ViewTransform zoomedAbout(const ViewTransform& view, QPointF fixed, double factor);

/// Shifted by `delta` device pixels, held so that a part of the picture remains in the viewport.
ViewTransform panned(const ViewTransform& view, QPointF delta, QSize picture, QSize viewport);

} // namespace ui
