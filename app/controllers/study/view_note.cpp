#include "app/controllers/study/view_note.h"

#include "ui/tools/tool_table.h"
#include "ui/views/view_state.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace app {

namespace {

QJsonArray arrayOf(imaging::PatientPoint point)
{
    return {point.x, point.y, point.z};
}

std::optional<imaging::PatientPoint> pointFrom(const QJsonValue& value)
{
    const auto array = value.toArray();
    if (array.size() != 3 || !array[0].isDouble() || !array[1].isDouble() || !array[2].isDouble())
        return std::nullopt;
    return imaging::PatientPoint{array[0].toDouble(), array[1].toDouble(), array[2].toDouble()};
}

void applyPlaces(const QJsonObject& note, ui::ViewState& state)
{
    const auto layout = ui::layoutFrom(note[QLatin1String("layout")].toString().toStdString());
    const auto chosen = state.layouts(); // Of modalities: this is one study's.
    if (layout)
        state.setLayout(*layout);
    state.setLayouts(chosen);
    const auto normal = pointFrom(note[QLatin1String("oblique")]);
    if (normal && imaging::length(*normal) > 0.5)
        state.setObliqueNormal(*normal);
    if (const auto crosshair = pointFrom(note[QLatin1String("crosshair")]))
        state.setCrosshair(*crosshair);
}

void applyWindow(const QJsonObject& note, ui::ViewState& state)
{
    const double width = note[QLatin1String("width")].toDouble();
    const auto center = note[QLatin1String("center")];
    if (width > 0 && center.isDouble())
        state.setWindow({center.toDouble(), width}, note[QLatin1String("windowName")].toString());
    state.setInverted(note[QLatin1String("inverted")].toBool(state.isInverted()));
}

void applyTool(const QJsonObject& note, ui::ViewState& state)
{
    const auto name = note[QLatin1String("tool")].toString();
    for (const auto& row : ui::tools())
        if (name == row.icon)
            state.setTool(row.id);
    if (const double radius = note[QLatin1String("brushMm")].toDouble(); radius > 0)
        state.setBrushRadiusMm(radius);
}

} // namespace

std::string viewNoteOf(const ui::ViewState& state, std::uint16_t activeLabel)
{
    QJsonObject note;
    note[QLatin1String("version")] = 1;
    note[QLatin1String("layout")] = QString::fromLatin1(ui::kLayoutNames[static_cast<std::size_t>(state.layout())].data());
    note[QLatin1String("crosshair")] = arrayOf(state.crosshair());
    note[QLatin1String("oblique")] = arrayOf(state.obliqueNormal());
    note[QLatin1String("center")] = state.window().center;
    note[QLatin1String("width")] = state.window().width;
    note[QLatin1String("windowName")] = state.windowName();
    note[QLatin1String("inverted")] = state.isInverted();
    for (const auto& row : ui::tools())
        if (row.id == state.tool())
            note[QLatin1String("tool")] = row.icon;
    note[QLatin1String("brushMm")] = state.brushRadiusMm();
    note[QLatin1String("label")] = activeLabel;
    return QJsonDocument(note).toJson(QJsonDocument::Compact).toStdString();
}

std::optional<std::uint16_t> applyViewNote(const std::string& text, ui::ViewState& state)
{
    const auto note = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    if (note[QLatin1String("version")].toInt() != 1)
        return std::nullopt;
    applyPlaces(note, state);
    applyWindow(note, state);
    applyTool(note, state);
    const int label = note[QLatin1String("label")].toInt();
    return label > 0 && label <= 0xFFFF ? std::optional(static_cast<std::uint16_t>(label)) : std::nullopt;
}

} // namespace app
