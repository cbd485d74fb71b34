#include "ui/views/view_hud.h"

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

/// Each corner has the room up to the letter in the middle.
void lines(QPainter& painter, const QRect& area, Qt::Alignment corner, const QStringList& texts)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const int height = metrics.height() + 3;
    const int width = area.width() / 2 - 2 * kMargin - 2 * metrics.height();
    QStringList shown;
    for (const QString& text : texts)
        shown += brokenLine(text, metrics, width);
    const int total = height * static_cast<int>(shown.size());
    int top = corner & Qt::AlignTop ? area.top() + kMargin : area.bottom() - kMargin - total;
    for (const QString& text : shown) {
        const QRect box(area.left() + kMargin, top, area.width() - 2 * kMargin, height);
        shadowText(painter, box, static_cast<int>((corner & Qt::AlignHorizontal_Mask) | Qt::AlignVCenter),
            metrics.elidedText(text, Qt::ElideRight, width), kText);
        top += height;
    }
}

/// The height that it takes.
int titleLine(QPainter& painter, const QRect& area, const ViewHud& hud)
{
    if (hud.title.isEmpty())
        return 0;
    const int height = painter.fontMetrics().height() + 3;
    const QRect box(area.left() + kMargin, area.top() + kMargin, area.width() / 2, height);
    shadowText(painter, box, Qt::AlignLeft | Qt::AlignVCenter, hud.title, hud.titleColour);
    return height;
}

void edgeLetters(QPainter& painter, const QRect& area, const ViewHud& hud)
{
    QFont font = painter.font();
    font.setPixelSize(QFontMetrics(font).height() * 5 / 4);
    font.setBold(true);
    painter.save();
    painter.setFont(font);
    const QFontMetrics metrics(font);
    const int high = metrics.height();
    int wide = high; // An oblique picture has two or three letters at an edge.
    for (const QString& letters : hud.edges)
        wide = std::max(wide, metrics.horizontalAdvance(letters) + 4);
    // Beside the picture where there is room, else just inside the viewport.
    const int left = std::max(area.left() + kMargin, static_cast<int>(hud.picture.left()) - wide - kMargin);
    const int right = std::min(area.right() - kMargin - wide, static_cast<int>(hud.picture.right()) + kMargin);
    const int middleX = area.center().x() - wide / 2;
    const int middleY = area.center().y() - high / 2;
    const std::array<QRect, 4> boxes{QRect(left, middleY, wide, high), QRect(right, middleY, wide, high),
        QRect(middleX, area.top() + kMargin, wide, high), QRect(middleX, area.bottom() - kMargin - high, wide, high)};
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

/// Above the letter at the bottom, the first lowest.
void badges(QPainter& painter, const QRect& area, const QStringList& texts)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const int most = area.width() - 2 * kMargin;
    int bottom = area.bottom() - 2 * kMargin - 3 * metrics.height() / 2;
    for (const QString& text : texts) {
        const QRect room(0, 0, most - 24, 4 * metrics.height());
        const QSize size = metrics.boundingRect(room, Qt::AlignCenter | Qt::TextWordWrap, text).size();
        const QRect box(area.center().x() - size.width() / 2 - 12, bottom - size.height() - 10, size.width() + 24,
            size.height() + 10);
        painter.setPen(QColor(122, 84, 32));
        painter.setBrush(QColor(50, 36, 14, 230));
        painter.drawRoundedRect(box, 4, 4);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(kWarm);
        painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, text);
        bottom = box.top() - 6;
    }
}

} // namespace

QStringList brokenLine(const QString& text, const QFontMetrics& metrics, int width)
{
    static const QString kBetween = QStringLiteral("  ·  ");
    QStringList result;
    for (const QString& part : text.split(kBetween)) {
        const QString longer = result.isEmpty() ? part : result.last() + kBetween + part;
        if (!result.isEmpty() && metrics.horizontalAdvance(longer) <= width)
            result.last() = longer;
        else
            result << part;
    }
    for (qsizetype i = 0; i < result.size(); ++i) {
        // The last words that do not fit make a line of their own.
        qsizetype cut = result[i].size();
        while (metrics.horizontalAdvance(result[i].left(cut)) > width) {
            const qsizetype space = result[i].left(cut).lastIndexOf(QLatin1Char(' '));
            if (space <= 0)
                break;
            cut = space;
        }
        if (cut == result[i].size())
            continue;
        result.insert(i + 1, result[i].mid(cut + 1));
        result[i].truncate(cut);
    }
    return result;
}

void paintReading(QPainter& painter, const QRect& area, const QString& title, double fraction)
{
    const QFontMetrics metrics = painter.fontMetrics();
    const QString text =
        fraction > 0 ? tr("%1  ·  %2 %").arg(title).arg(std::lround(fraction * 100)) : title + QChar(0x2026);
    const int width = std::min(area.width() - 2 * kMargin, std::max(240, metrics.horizontalAdvance(text) + 48));
    QRect box(0, 0, width, 2 * metrics.height() + 24);
    box.moveCenter(area.center());
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QColor(48, 54, 60));
    painter.setBrush(QColor(22, 25, 28, 235));
    painter.drawRoundedRect(box, 5, 5);
    painter.setPen(kText);
    painter.drawText(box.adjusted(12, 8, -12, -metrics.height()), Qt::AlignCenter,
        metrics.elidedText(text, Qt::ElideMiddle, width - 24));
    const QRect bar(box.left() + 24, box.bottom() - metrics.height() + 2, width - 48, 5);
    painter.fillRect(bar, QColor(48, 54, 60));
    painter.fillRect(QRect(bar.topLeft(), QSize(static_cast<int>(bar.width() * std::clamp(fraction, 0.0, 1.0)), 5)),
        QColor(47, 127, 196));
    painter.setBrush(Qt::NoBrush);
}

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
    lines(painter, area.adjusted(0, titleLine(painter, area, hud), 0, 0), Qt::AlignTop | Qt::AlignLeft, hud.topLeft);
    lines(painter, area, Qt::AlignTop | Qt::AlignRight, hud.topRight);
    lines(painter, area, Qt::AlignBottom | Qt::AlignLeft, hud.bottomLeft);
    edgeLetters(painter, area, hud);
    if (hud.mmPerPoint > 0)
        scaleBar(painter, area, hud.mmPerPoint);
    stackPosition(painter, area, hud.slice, hud.slices);
    badges(painter, area, hud.badges);
}

} // namespace ui
