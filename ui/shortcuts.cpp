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
        {tr("Arrow keys with brush, eraser or K"), tr("move the keyboard's cursor; Shift for larger steps")},
        {tr("Enter with brush or eraser"), tr("put the brush down at the cursor, lift it again")},
        {tr("Space held at the cursor"), tr("paint while it is held")},
        {tr("Page Up, Page Down, Home, End"), tr("many slices, first and last slice")},
        {tr("Ctrl+wheel"), tr("zoom about the pointer")},
        {tr("Shift+wheel"), tr("size of the brush or eraser")},
        {tr("Right-drag"), tr("window: across for width, along for level")},
        {tr("Middle-drag, Space+drag"), tr("move the picture")},
        {tr("Shift+arrow keys"), tr("move the picture (where they do not move the cursor)")},
        {tr("Left-drag"), tr("use the tool; Select scrolls a stack or moves a single picture")},
        {tr("Double click"), tr("fit the picture into the window")},
        {tr("Escape while painting"), tr("take the stroke back")},
        {tr("Drag a polygon's corner"), tr("move it, before the polygon is closed")},
        {tr("Drag with Region Grow"), tr("right: more values, left: fewer; up: brighter ones, down: darker ones")},
        {tr("In the labels: F2, Space, Return, Delete"), tr("rename, switch a check mark, choose a colour, remove")},
        {tr("Tab, Shift+Tab"), tr("next or previous control")},
    };
}

} // namespace ui
