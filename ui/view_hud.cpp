#include "ui/view_hud.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr int kMargin = 14;
const QColor kText(226, 230, 234);
const QColor kShadow(0, 0, 0, 190);
const QColor kWarm(240, 180, 110);

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::ViewHud", text);
}

/// Readable on bright pictures too.
void shadowText(QPainter& painter, const QRect& box, int flags, const QString& text, const QColor& colour)
{
    painter.setPen(kShadow);
    for (const QPoint offset : {QPoint(1, 1), QPoint(-1, 0), QPoint(0, -1), QPoint(1, 0), QPoint(0, 1)})
        painter.drawText(box.translated(offset), flags, text);
    painter.setPen(colour);
    painter.drawText(box, flags, text);
}

void lines(QPainter& painter, const QRect& area, Qt::Alignment corner, const QStringList& texts)
{
    const int height = painter.fontMetrics().height() + 3;
    const int total = height * static_cast<int>(texts.size());
    int top = corner & Qt::AlignTop ? area.top() + kMargin : area.bottom() - kMargin - total;
    for (const QString& text : texts) {
        const QRect box(area.left() + kMargin, top, area.width() - 2 * kMargin, height);
        shadowText(painter, box, static_cast<int>((corner & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter),
            painter.fontMetrics().elidedText(text, Qt::ElideRight, area.width() * 2 / 5), kText);
        top += height;
    }
}

void edgeLetters(QPainter& painter, const QRect& area, const ViewHud& hud)
{
    QFont font = painter.font();
    font.setPixelSize(QFontMetrics(font).height() * 5 / 4);
    font.setBold(true);
    painter.save();
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const int size = metrics.height();
    // Beside the picture where there is room, else just inside the viewport.
    const int left = std::max(area.left() + kMargin, static_cast<int>(hud.picture.left()) - size - kMargin);
    const int right = std::min(area.right() - kMargin - size, static_cast<int>(hud.picture.right()) + kMargin);
    const int middleX = area.center().x() - size / 2;
    const int middleY = area.center().y() - size / 2;
    const std::array<QRect, 4> boxes{QRect(left, middleY, size, size), QRect(right, middleY, size, size),
        QRect(middleX, area.top() + kMargin, size, size), QRect(middleX, area.bottom() - kMargin - size, size, size)};
    for (std::size_t i = 0; i < boxes.size(); ++i)
        if (!hud.edges[i].isEmpty())
            shadowText(painter, boxes[i], Qt::AlignCenter, hud.edges[i], kText);
    painter.restore();
}

void scaleBar(QPainter& painter, const QRect& area, double mmPerPoint)
{
    const double mm = scaleBarMm(mmPerPoint, std::min(160.0, area.width() / 4.0));
    if (mm <= 0)
        return;
    const QString text = mm >= 10 ? tr("%1 cm").arg(mm / 10) : tr("%1 mm").arg(mm);
    const int length = static_cast<int>(std::lround(mm / mmPerPoint));
    const int y = area.bottom() - kMargin - 6;
    const int right = area.right() - kMargin;
    for (const auto& [offset, colour] : {std::pair(1, kShadow), std::pair(0, kText)}) {
        painter.setPen(QPen(colour, 1));
        painter.drawLine(right - length, y + offset, right, y + offset);
        painter.drawLine(right - length, y - 5, right - length, y + 5);
        painter.drawLine(right, y - 5, right, y + 5);
    }
    const QRect box(
        right - length - 100, y - 8 - painter.fontMetrics().height(), length + 100, painter.fontMetrics().height());
    shadowText(painter, box, Qt::AlignRight | Qt::AlignVCenter, text, kText);
}

/// A thin mark at the right edge: where in the stack this slice is.
void stackPosition(QPainter& painter, const QRect& area, int slice, int slices)
{
    if (slices < 2)
        return;
    const int top = area.top() + area.height() / 4;
    const int height = area.height() / 2;
    const int thumb = std::max(8, height / slices);
    const int y = top + static_cast<int>(static_cast<double>(slice) / (slices - 1) * (height - thumb));
    painter.fillRect(QRect(area.right() - 4, top, 3, height), QColor(255, 255, 255, 36));
    painter.fillRect(QRect(area.right() - 4, y, 3, thumb), QColor(255, 255, 255, 170));
}

void warningText(QPainter& painter, const QRect& area, const QString& text)
{
    if (text.isEmpty())
        return;
    const QFontMetrics metrics = painter.fontMetrics();
    const int width = std::min(area.width() - 2 * kMargin, metrics.horizontalAdvance(text) + 24);
    const int top = area.bottom() - 3 * kMargin - 2 * metrics.height();
    const QRect box(area.center().x() - width / 2, top, width, metrics.height() + 10);
    painter.setPen(QColor(122, 84, 32));
    painter.setBrush(QColor(50, 36, 14, 230));
    painter.drawRoundedRect(box, 4, 4);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(kWarm);
    painter.drawText(box, Qt::AlignCenter, metrics.elidedText(text, Qt::ElideRight, width - 12));
}

} // namespace

double scaleBarMm(double mmPerPoint, double longest)
{
    const double most = mmPerPoint * longest;
    if (!(most > 0) || !std::isfinite(most))
        return 0;
    const double power = std::pow(10.0, std::floor(std::log10(most)));
    for (const double factor : {5.0, 2.0, 1.0})
        if (factor * power <= most)
            return factor * power;
    return power;
}

void paintHud(QPainter& painter, const QRect& area, const ViewHud& hud)
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    lines(painter, area, Qt::AlignTop | Qt::AlignLeft, hud.topLeft);
    lines(painter, area, Qt::AlignTop | Qt::AlignRight, hud.topRight);
    lines(painter, area, Qt::AlignBottom | Qt::AlignLeft, hud.bottomLeft);
    edgeLetters(painter, area, hud);
    if (hud.mmPerPoint > 0)
        scaleBar(painter, area, hud.mmPerPoint);
    stackPosition(painter, area, hud.slice, hud.slices);
    warningText(painter, area, hud.warning);
}

} // namespace ui
