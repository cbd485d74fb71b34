#pragma once

#include "annotations/measure/measurement.h"
#include "annotations/tools/tool.h"
#include "ui/tools/tool.h"

#include <QPointF>
#include <QSizeF>
#include <QString>

#include <optional>
#include <span>

class QPainter;

namespace ui {

/// One tool: what it does to a mask, and what the window shows of it.
struct ToolRow
{
    ToolId id = ToolId::Select;
    annotations::ToolKind kind; ///< Makes nothing for a tool that draws nothing.
    QString name;
    QString key; ///< Where a page needs it for itself: with Shift.
    QString icon;
    /// What a step is called; %1: the label.
    QString step;
    QString help; ///< What keys and mouse do with it.
    /// At the pointer, for a brush of these radii in points; null: the pointer alone, and a tool without a size.
    void (*paintPointer)(QPainter& painter, QPointF at, QSizeF radii) = nullptr;

    ToolOptionSet options;
    ToolGroup group = ToolGroup::None;
    std::optional<annotations::MeasureKind> measures = std::nullopt; ///< Of a tool that draws nothing.

    bool draws() const { return kind.make != nullptr; }
    /// Whether it sets points in the picture: not for Select, which moves what is shown.
    bool setsPoints() const { return draws() || measures; }
    bool hasSize() const { return paintPointer != nullptr; }
    bool isUsedByClicks() const { return draws() && kind.gesture == annotations::ToolGesture::Clicks; }
};

/// All tools, in the order of their buttons.
std::span<const ToolRow> tools();
const ToolRow& toolRow(ToolId id);

} // namespace ui
