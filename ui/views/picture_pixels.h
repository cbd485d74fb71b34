#pragma once

#include <QImage>
#include <QRgb>

namespace ui {

/// A row of a picture in Format_RGB32.
inline QRgb* pixelsOf(QImage& target, int row)
{
    return reinterpret_cast<QRgb*>(target.scanLine(row));
}

/// `above` over `below`; `alpha` in 256ths.
inline QRgb mixed(QRgb below, QRgb above, unsigned alpha)
{
    const unsigned keep = 256 - alpha;
    const unsigned redBlue = ((below & 0xFF00FFU) * keep + (above & 0xFF00FFU) * alpha) >> 8 & 0xFF00FFU;
    const unsigned green = ((below & 0x00FF00U) * keep + (above & 0x00FF00U) * alpha) >> 8 & 0x00FF00U;
    return 0xFF000000U | redBlue | green;
}

} // namespace ui
