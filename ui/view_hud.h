#pragma once

#include <QRect>
#include <QString>
#include <QStringList>

#include <array>

class QPainter;

namespace ui {

/// What is written over the picture.
struct ViewHud
{
    QStringList topLeft;
    QStringList topRight;
    QStringList bottomLeft;
    std::array<QString, 4> edges; ///< Letters at the left, right, top and bottom edge; empty: none.
    QString warning; ///< Said at the top, for example that no tag names the sides.
    QRectF picture; ///< Where the picture lies; the letters stand beside it.
    double mmPerPoint = 0; ///< Millimetres per logical pixel for the scale bar; 0: no scale bar.
    int slice = 0;
    int slices = 1;
};

/// A length of 1, 2 or 5 times a power of ten whose bar is at most `longest` logical pixels; 0 when there is none.
double scaleBarMm(double mmPerPoint, double longest);

void paintHud(QPainter& painter, const QRect& area, const ViewHud& hud);

} // namespace ui
