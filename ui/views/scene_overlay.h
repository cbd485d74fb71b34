#pragma once

class QImage;
class QRect;

namespace ui {

struct SliceScene;

/// Masks and the proposal over the picture, in the part `clip` of the viewport.
void drawOverlay(const SliceScene& scene, QImage& target, const QRect& clip);

} // namespace ui
