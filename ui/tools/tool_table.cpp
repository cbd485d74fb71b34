#include "ui/tools/tool_table.h"

#include "annotations/tools/brush_tool.h"
#include "annotations/tools/eraser_tool.h"
#include "annotations/tools/polygon_tool.h"
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

std::vector<ToolRow> makeTable()
{
    const QString size = tr("size: Shift+wheel or [ ]");
    const QString corners = tr("Enter: close  ·  Backspace: a corner back  ·  Esc: give up");
    return {
        {ToolId::Select, {}, tr("Select"), QStringLiteral("V"), QStringLiteral("select"), {}, {}, nullptr},
        {ToolId::Brush, annotations::brushTool(), tr("Brush"), QStringLiteral("B"), QStringLiteral("brush"),
            tr("Brush “%1”"), size, paintBrushPointer},
        {ToolId::ThresholdBrush, annotations::thresholdBrushTool(), tr("Threshold Brush"), QStringLiteral("D"),
            QStringLiteral("threshold-brush"), tr("Threshold brush “%1”"),
            tr("in the range only  ·  %1").arg(size), paintBrushPointer, ToolOption::Range},
        {ToolId::Eraser, annotations::eraserTool(), tr("Eraser"), QStringLiteral("E"), QStringLiteral("eraser"),
            tr("Erase"), size, paintEraserPointer},
        {ToolId::Polygon, annotations::polygonTool(), tr("Polygon"), QStringLiteral("P"), QStringLiteral("polygon"),
            tr("Polygon “%1”"), corners, nullptr},
        {ToolId::PolygonEraser, annotations::polygonEraserTool(), tr("Erase a Polygon"), QStringLiteral("X"),
            QStringLiteral("polygon-eraser"), tr("Erase a polygon"), corners, nullptr},
    };
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
