#pragma once

class QImage;
class QRect;

namespace ui {

struct SliceScene;

/// The slice itself in the part `clip` of the viewport, black around it.
void drawPicture(const SliceScene& scene, QImage& target, const QRect& clip);

} // namespace ui
