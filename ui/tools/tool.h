#pragma once

namespace ui {

/// What the left button, or the keyboard's cursor, does in a view: a row of the table of tools.
enum class ToolId { Select, Brush, ThresholdBrush, Eraser, Polygon, PolygonEraser };

} // namespace ui
