#pragma once

#include <QColor>
#include <QRect>
#include <QString>
#include <QStringList>

#include <array>

class QFontMetrics;
class QPainter;

namespace ui {

/// What is written over the picture.
struct ViewHud
{
    QString title; ///< Of one view among several, above all else; empty: none.
    QColor titleColour;
    QStringList topLeft;
    QStringList topRight;
    QStringList bottomLeft;
    std::array<QString, 4> edges; ///< Letters at the left, right, top and bottom edge; empty: none.
    QStringList badges; ///< What must be known about the picture, for example that no tag names the sides.
    QRectF picture; ///< Where the picture lies; the letters stand beside it.
    double mmPerPoint = 0; ///< Millimetres per logical pixel for the scale bar; 0: no scale bar.
    int slice = 0;
    int slices = 1;
};

/// A length of 1, 2 or 5 times a power of ten whose bar is at most `longest` logical pixels; 0 when there is none.
double scaleBarMm(double mmPerPoint, double longest);

/// A line in as many as `width` needs, broken between its parts ("  ·  ") and otherwise between words.
QStringList brokenLine(const QString& text, const QFontMetrics& metrics, int width);

/// What is being read and how far it is (0..1; 0: not known yet), in the middle of the area.
void paintReading(QPainter& painter, const QRect& area, const QString& title, double fraction);

void paintHud(QPainter& painter, const QRect& area, const ViewHud& hud);

} // namespace ui
