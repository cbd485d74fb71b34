#pragma once

#include "imaging/window_level.h"
#include "ui/views/slice_pixels.h"
#include "ui/views/view_transform.h"

#include <QImage>
#include <QRect>
#include <QRgb>

#include <cstdint>
#include <span>

namespace ui {

enum class OverlayStyle { FillAndContour, Fill, Contour };

/// Probabilities that are not yet a mask: shown as the mask that the threshold gives, hatched and with a dashed outline
/// at every zoom, so that nobody takes it for an accepted one.
struct ScenePreview
{
    std::span<const float> probabilities; ///< One a pixel of the plane, row by row; empty: no preview.
    std::span<const std::uint8_t> classes; ///< The likeliest at each pixel, from 1; empty: 1 everywhere.
    float threshold = 0.5F;
    std::span<const QRgb> colours; ///< By class; the first is not used.
};

/// Where something speaks for a mask, 0..1: drawn in colours over the picture, below the masks.
struct SceneHeat
{
    std::span<const float> values; ///< One a pixel of the plane, row by row; empty: none.
    double opacity = 0.65; ///< Where the value is 1; less heat is more transparent.
};

/// Segments over the picture.
struct SceneOverlay
{
    std::span<const std::uint16_t> labels; ///< One a pixel of the plane, row by row; empty: none.
    std::span<const QRgb> colours; ///< By label value; alpha 0 hides a label. Values beyond the end are hidden.
    ScenePreview preview;
    double opacity = 0.35; ///< Of the filling, 0..1.
    OverlayStyle style = OverlayStyle::FillAndContour;
    int contourWidth = 2; ///< Device pixels.
};

/// All that a plane of a volume looks like: axial, coronal, sagittal or oblique. Drawing it is a pure function, so that
/// another way of drawing can take its place.
struct SliceScene
{
    const SlicePixels* pixels = nullptr; ///< Null: the empty ground.
    imaging::WindowLevel window;
    bool inverted = false; ///< MONOCHROME1: low values are bright.
    bool smooth = true; ///< Interpolate between pixels; otherwise show them as squares.
    ViewTransform view; ///< In device pixels.
    SceneHeat heat;
    SceneOverlay overlay;
};

/// Draws the part `clip` of the scene into `target` (Format_RGB32, of the viewport's size in device pixels). Outside
/// the picture the ground is black. Thread-safe as long as no two threads draw the same SlicePixels.
void renderSlice(const SliceScene& scene, QImage& target, const QRect& clip);

/// The whole viewport as a new picture.
QImage renderSlice(const SliceScene& scene, QSize viewport);

} // namespace ui
