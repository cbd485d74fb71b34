#pragma once

class QImage;
class QRect;

namespace ui {

struct SliceScene;

/// The heat over the picture, in the part `clip` of the viewport.
void drawHeat(const SliceScene& scene, QImage& target, const QRect& clip);

} // namespace ui
