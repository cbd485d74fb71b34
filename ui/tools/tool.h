#pragma once

namespace ui {

/// What the left button, or the keyboard's cursor, does in a view: a row of the table of tools.
enum class ToolId { Select, Brush, ThresholdBrush, Eraser, Polygon, PolygonEraser };

/// What the user chooses for a tool besides its size, in fields beside its name: see ToolOptionFields.
enum class ToolOption { None, Range };

} // namespace ui
