#pragma once

#include "annotations/tools/tool.h"

#include <QFlags>

namespace ui {

/// What the left button, or the keyboard's cursor, does in a view: a row of the table of tools.
enum class ToolId {
    Select,
    Brush,
    ThresholdBrush,
    Eraser,
    Polygon,
    Freehand,
    Livewire,
    PolygonEraser,
    FreehandEraser,
    Fill,
    RegionGrow,
    Scissors,
    Ruler,
    Angle,
    CobbAngle,
    Ellipse,
    CardiothoracicRatio,
};

/// Tools that share a button, which shows the one of them that was used last.
enum class ToolGroup { None, Brushes, Outlines, ErasingOutlines, Regions, Measures };

/// What the user chooses for a tool besides its size, in fields beside its name: see ToolOptionFields.
enum class ToolOption {
    None = 0,
    Range = 1,
    Tip = 2,
    Region = 4,
    Cut = 8,
};
Q_DECLARE_FLAGS(ToolOptionSet, ToolOption)
Q_DECLARE_OPERATORS_FOR_FLAGS(ToolOptionSet)

/// What is chosen in these fields, but for the range.
struct ToolChoices
{
    annotations::BrushTip tip = annotations::BrushTip::Disc;
    annotations::RegionChoice region;
    annotations::CutChoice cut;

    friend bool operator==(const ToolChoices&, const ToolChoices&) = default;
};

} // namespace ui
