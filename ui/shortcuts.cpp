#include "ui/shortcuts.h"

#include <QCoreApplication>

namespace ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::Shortcuts", text);
}

} // namespace

QList<Gesture> pictureGestures()
{
    return {
        {tr("Wheel, arrow keys"), tr("next or previous slice (a single picture: wheel zooms)")},
        {tr("Page Up, Page Down, Home, End"), tr("many slices, first and last slice")},
        {tr("Ctrl+wheel"), tr("zoom about the pointer")},
        {tr("Shift+wheel"), tr("size of the brush or eraser")},
        {tr("Right-drag"), tr("window: across for width, along for level")},
        {tr("Middle-drag, Space+drag"), tr("move the picture")},
        {tr("Shift+arrow keys"), tr("move the picture")},
        {tr("Left-drag"), tr("use the tool; Select scrolls a stack or moves a single picture")},
        {tr("Double click"), tr("fit the picture into the window")},
        {tr("Escape while painting"), tr("take the stroke back")},
    };
}

} // namespace ui
