#include "ui/tools/tool_table.h"

#include "annotations/tools/brush_tool.h"
#include "annotations/tools/eraser_tool.h"
#include "annotations/tools/fill_tool.h"
#include "annotations/tools/freehand_tool.h"
#include "annotations/tools/livewire_tool.h"
#include "annotations/tools/polygon_tool.h"
#include "annotations/tools/region_grow_tool.h"
#include "annotations/tools/scissors_tool.h"
#include "annotations/tools/threshold_brush_tool.h"
#include "ui/tools/brush_pointer.h"

#include <QCoreApplication>

#include <algorithm>
#include <vector>

namespace ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::Tools", text);
}

/// What tools of a kind have in common.
void completeRow(ToolRow& row)
{
    switch (row.id) {
    case ToolId::Brush:
    case ToolId::ThresholdBrush:
        row.paintPointer = paintBrushPointer;
        row.options = row.id == ToolId::Brush ? ToolOption::Tip : ToolOption::Tip | ToolOption::Range;
        row.group = ToolGroup::Brushes;
        break;
    case ToolId::Eraser:
        row.paintPointer = paintEraserPointer;
        row.options = ToolOption::Tip;
        break;
    case ToolId::Polygon:
    case ToolId::Freehand:
    case ToolId::Livewire:
        row.group = ToolGroup::Outlines;
        break;
    case ToolId::PolygonEraser:
    case ToolId::FreehandEraser:
        row.group = ToolGroup::ErasingOutlines;
        break;
    case ToolId::Fill:
    case ToolId::RegionGrow:
        row.options = ToolOption::Region;
        row.group = ToolGroup::Regions;
        break;
    case ToolId::Scissors:
        row.options = ToolOption::Cut;
        break;
    case ToolId::Ruler:
    case ToolId::Angle:
    case ToolId::CobbAngle:
    case ToolId::Ellipse:
    case ToolId::CardiothoracicRatio:
        row.group = ToolGroup::Measures;
        break;
    case ToolId::Select:
        break;
    }
}

std::vector<ToolRow> makeTable()
{
    const QString size = tr("size: Shift+wheel or [ ]");
    const QString corners = tr("Enter: close  ·  drag a corner: move it  ·  Backspace: a corner back  ·  Esc: give up");
    const QString anchors = tr("click along an edge  ·  Enter: close  ·  Backspace: back  ·  Esc: give up");
    const QString drawn = tr("drag around it  ·  Esc: give up");
    const auto row = [](ToolId id, annotations::ToolKind kind, const QString& name, const char* key, const char* icon,
                         const QString& step, const QString& help) {
        return ToolRow{id, kind, name, QLatin1String(key), QLatin1String(icon), step, help, nullptr, {}, ToolGroup::None};
    };
    const auto measure = [](ToolId id, annotations::MeasureKind kind, const QString& name, const char* key, const char* icon, const QString& help) {
        return ToolRow{id, {}, name, QLatin1String(key), QLatin1String(icon), {}, help, nullptr, {}, ToolGroup::None, kind};
    };
    std::vector<ToolRow> rows{
        row(ToolId::Select, {}, tr("Select"), "V", "select", {}, {}),
        row(ToolId::Brush, annotations::brushTool(), tr("Brush"), "B", "brush", tr("Brush “%1”"), size),
        row(ToolId::ThresholdBrush, annotations::thresholdBrushTool(), tr("Threshold Brush"), "D", "threshold-brush",
            tr("Threshold brush “%1”"), tr("in the range only  ·  %1").arg(size)),
        row(ToolId::Eraser, annotations::eraserTool(), tr("Eraser"), "E", "eraser", tr("Erase"), size),
        row(ToolId::Polygon, annotations::polygonTool(), tr("Polygon"), "P", "polygon", tr("Polygon “%1”"), corners),
        row(ToolId::Freehand, annotations::freehandTool(), tr("Freehand"), "J", "freehand", tr("Freehand “%1”"), drawn),
        row(ToolId::Livewire, annotations::livewireTool(), tr("Livewire"), "W", "livewire", tr("Livewire “%1”"), anchors),
        row(ToolId::PolygonEraser, annotations::polygonEraserTool(), tr("Erase a Polygon"), "X", "polygon-eraser",
            tr("Erase a polygon"), corners),
        row(ToolId::FreehandEraser, annotations::freehandEraserTool(), tr("Erase Freehand"), "Y", "freehand-eraser",
            tr("Erase freehand"), drawn),
        row(ToolId::Fill, annotations::fillTool(), tr("Fill"), "U", "fill", tr("Fill “%1”"),
            tr("click: fills what holds the same label, or none")),
        row(ToolId::RegionGrow, annotations::regionGrowTool(), tr("Region Grow"), "R", "region-grow",
            tr("Region “%1”"), tr("press and drag  ·  right: more  ·  left: less  ·  up: brighter  ·  Esc: give up")),
        row(ToolId::Scissors, annotations::scissorsTool(), tr("Scissors"), "S", "scissors", tr("Cut “%1”"), drawn),
        measure(ToolId::Ruler, annotations::MeasureKind::Length, tr("Ruler"), "Z", "ruler",
            tr("drag, or click both ends  ·  handles move it  ·  Delete: remove")),
        measure(ToolId::Angle, annotations::MeasureKind::Angle, tr("Angle"), "Shift+Z", "angle",
            tr("click a leg's end, the vertex, the other end  ·  Esc: give up")),
        measure(ToolId::CobbAngle, annotations::MeasureKind::Cobb, tr("Cobb Angle"), "Shift+C", "cobb",
            tr("drag one line, then the other  ·  Esc: give up")),
        measure(ToolId::Ellipse, annotations::MeasureKind::Ellipse, tr("Ellipse with Values"), "Shift+I", "ellipse",
            tr("drag around a region  ·  handles change it  ·  Delete: remove")),
        measure(ToolId::CardiothoracicRatio, annotations::MeasureKind::CardiothoracicRatio,
            tr("Cardiothoracic Ratio"), "Shift+T", "ratio", tr("drag the heart's width, then the thorax's  ·  Esc: give up")),
    };
    for (ToolRow& made : rows)
        completeRow(made);
    return rows;
}

} // namespace

std::span<const ToolRow> tools()
{
    static const std::vector<ToolRow> table = makeTable();
    return table;
}

const ToolRow& toolRow(ToolId id)
{
    return *std::find_if(tools().begin(), tools().end(), [id](const ToolRow& row) { return row.id == id; });
}

} // namespace ui
