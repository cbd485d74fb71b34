#include "ui/panels/series_delegate.h"

#include "ui/icons.h"
#include "ui/models/series_model.h"
#include "ui/text_size.h"

#include <QPainter>

#include <algorithm>

namespace ui {

namespace {

constexpr int kThumbnail = 52;
constexpr int kSeriesPadding = 8;

int headerHeight(const QFont& font)
{
    return QFontMetrics(font).height() + QFontMetrics(smallFont(font)).height() + 12;
}

/// Of a title and so many lines below it.
int textHeight(const QFont& font, int lines)
{
    return QFontMetrics(font).height() + 1 + lines * QFontMetrics(smallFont(font)).height();
}

int cardHeight(const QFont& font)
{
    return std::max(kThumbnail, textHeight(font, 3)) + 2 * kSeriesPadding;
}

bool hasHeader(const QModelIndex& index)
{
    return !index.data(SeriesModel::HeaderRole).toStringList().isEmpty();
}

QString elided(const QFont& font, const QString& text, int width)
{
    return QFontMetrics(font).elidedText(
        QString(text).replace(QLatin1Char('\n'), QLatin1Char(' ')), Qt::ElideRight, width);
}

/// Said by the word; the colour only helps.
QColor colourOf(StudyState state, const QPalette& palette)
{
    switch (state) {
    case StudyState::New:
        break;
    case StudyState::Draft:
        return {0xe0, 0x9a, 0x50};
    case StudyState::Saved:
        return palette.color(QPalette::Highlight);
    case StudyState::Sent:
        return {0x4c, 0xa8, 0x80};
    }
    return palette.color(QPalette::PlaceholderText);
}

/// The state at the right end of a line; returns the width that it took.
int paintState(QPainter& painter, const QStyleOptionViewItem& option, const QVariant& value, const QRect& line)
{
    if (!value.isValid())
        return 0;
    const auto state = static_cast<StudyState>(value.toInt());
    const QFont font = smallFont(option.font);
    const QString word = stateText(state);
    const int width = QFontMetrics(font).horizontalAdvance(word);
    const int size = QFontMetrics(font).xHeight() + 1;
    painter.setFont(font);
    painter.setPen(option.palette.color(QPalette::PlaceholderText));
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, word);
    const QRect dot(line.right() - width - size - 5, line.center().y() - size / 2 + 1, size, size);
    const QColor colour = colourOf(state, option.palette);
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(state == StudyState::New ? QBrush(Qt::NoBrush) : QBrush(colour));
    painter.drawEllipse(dot);
    return width + size + 10;
}

void paintHeader(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index, const QRect& box)
{
    const QStringList lines = index.data(SeriesModel::HeaderRole).toStringList();
    QFont bold = option.font;
    bold.setWeight(QFont::DemiBold);
    const QFont small = smallFont(option.font);
    const int height = QFontMetrics(bold).height();
    painter.setFont(bold);
    painter.setPen(option.palette.color(QPalette::Text));
    painter.drawText(box.left(), box.top() + QFontMetrics(bold).ascent(), elided(bold, lines.value(0), box.width()));
    const QRect below(box.left(), box.top() + height + 1, box.width(), QFontMetrics(small).height());
    const int taken = paintState(painter, option, index.data(SeriesModel::StateRole), below);
    painter.setFont(small);
    painter.setPen(option.palette.color(QPalette::PlaceholderText));
    painter.drawText(
        below.left(), below.top() + QFontMetrics(small).ascent(), elided(small, lines.value(1), below.width() - taken));
}

void paintGround(QPainter& painter, const QStyleOptionViewItem& option, const QRect& card)
{
    const bool selected = option.state & QStyle::State_Selected;
    if (!selected && !(option.state & QStyle::State_MouseOver))
        return;
    QColor ground = option.palette.color(QPalette::Highlight);
    ground.setAlpha(selected ? 70 : 22);
    painter.setBrush(ground);
    painter.setPen(selected ? QPen(option.palette.color(QPalette::Highlight)) : QPen(Qt::NoPen));
    painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
}

void paintThumbnail(QPainter& painter, const QModelIndex& index, const QRect& box)
{
    painter.fillRect(box, Qt::black);
    const auto thumbnail = index.data(Qt::DecorationRole).value<QImage>();
    if (!thumbnail.isNull()) {
        QRect target(QPoint(), thumbnail.size().scaled(box.size(), Qt::KeepAspectRatio));
        target.moveCenter(box.center());
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(target, thumbnail);
    } else if (index.data(SeriesModel::MaskRole).toBool()) {
        icon(QStringLiteral("overlay"), QColor(240, 180, 110)).paint(&painter, box.adjusted(14, 14, -14, -14));
    }
}

void paintText(QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index, const QRect& box)
{
    const bool usable = index.data(SeriesModel::UsableRole).toBool();
    const QFont small = smallFont(option.font);
    const QFontMetrics metrics(option.font);
    const QFontMetrics smallMetrics(small);
    painter.setFont(option.font);
    painter.setPen(option.palette.color(usable ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    painter.drawText(box.left(), box.top() + metrics.ascent(),
        elided(option.font, index.data(Qt::DisplayRole).toString(), box.width()));
    QStringList lines{index.data(SeriesModel::DetailRole).toString(), index.data(SeriesModel::StatusRole).toString()};
    const QVariant state = hasHeader(index) ? QVariant() : index.data(SeriesModel::StateRole);
    if (state.isValid()) // A patient's ID and date, each in its line, the state beside the date.
        lines = lines[0].split(QLatin1Char('\n')) + lines.mid(1);
    QRect line(box.left(), box.top() + metrics.height() + 1, box.width(), smallMetrics.height());
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const int taken = i + 2 == lines.size() ? paintState(painter, option, state, line) : 0;
        painter.setFont(small);
        painter.setPen(option.palette.color(QPalette::PlaceholderText));
        painter.drawText(
            line.left(), line.top() + smallMetrics.ascent(), elided(small, lines[i], line.width() - taken));
        line.translate(0, smallMetrics.height());
    }
}

} // namespace

QSize SeriesDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {180, cardHeight(option.font) + (hasHeader(index) ? headerHeight(option.font) : 0)};
}

void SeriesDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    QRect card = option.rect.adjusted(6, 2, -6, -2);
    if (hasHeader(index)) {
        paintHeader(*painter, option, index, option.rect.adjusted(12, 8, -12, 0));
        card.setTop(card.top() + headerHeight(option.font));
    }
    paintGround(*painter, option, card);
    const QRect picture(card.left() + 6, card.center().y() - kThumbnail / 2, kThumbnail, kThumbnail);
    paintThumbnail(*painter, index, picture);
    const bool patient = !hasHeader(index) && index.data(SeriesModel::StateRole).isValid();
    QRect text = card.adjusted(kThumbnail + 16, 0, -6, 0);
    text.setTop(card.center().y() - textHeight(option.font, patient ? 3 : 2) / 2 + 1);
    paintText(*painter, option, index, text);
    painter->restore();
}

} // namespace ui
