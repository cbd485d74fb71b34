#pragma once

#include <QColor>
#include <QIcon>
#include <QString>

namespace ui {

/// An icon of resources/icons in one colour, its disabled state paler. An unknown name gives an empty icon.
QIcon icon(const QString& name, const QColor& colour);

/// The program's own icon, in its own colours.
QIcon programIcon();

} // namespace ui
