#pragma once

#include <QKeySequence>
#include <QList>
#include <QString>

namespace ui {

/// Something done with the mouse or with the picture's own keys: for the shortcuts dialog; actions list themselves.
struct Gesture
{
    QString input;
    QString effect;
};

QList<Gesture> pictureGestures();

} // namespace ui
