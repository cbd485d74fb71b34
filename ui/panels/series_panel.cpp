#include "ui/panels/series_panel.h"

#include "ui/icons.h"
#include "ui/models/series_model.h"

#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kThumbnail = 52;
constexpr int kRowHeight = 66;

/// A card: thumbnail, title and two dim lines.
class SeriesDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kRowHeight}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QRect card = option.rect.adjusted(6, 2, -6, -2);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected || option.state & QStyle::State_MouseOver) {
            const bool selected = option.state & QStyle::State_Selected;
            QColor ground = option.palette.color(QPalette::Highlight);
            ground.setAlpha(selected ? 70 : 22);
            painter->setBrush(ground);
            painter->setPen(selected ? QPen(option.palette.color(QPalette::Highlight)) : QPen(Qt::NoPen));
            painter->drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        }
        const QRect picture(card.left() + 6, card.top() + (card.height() - kThumbnail) / 2, kThumbnail, kThumbnail);
        painter->fillRect(picture, Qt::black);
        const auto thumbnail = index.data(Qt::DecorationRole).value<QImage>();
        if (!thumbnail.isNull()) {
            const QSize size = thumbnail.size().scaled(picture.size(), Qt::KeepAspectRatio);
            QRect target(QPoint(), size);
            target.moveCenter(picture.center());
            painter->setRenderHint(QPainter::SmoothPixmapTransform);
            painter->drawImage(target, thumbnail);
        } else if (index.data(SeriesModel::MaskRole).toBool()) {
            icon(QStringLiteral("overlay"), QColor(240, 180, 110)).paint(painter, picture.adjusted(14, 14, -14, -14));
        }
        paintText(painter, option, index, card.adjusted(kThumbnail + 16, 6, -6, -6));
        painter->restore();
    }

private:
    static void paintText(
        QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index, const QRect& box)
    {
        const bool usable = index.data(SeriesModel::UsableRole).toBool();
        const QColor text = option.palette.color(usable ? QPalette::Active : QPalette::Disabled, QPalette::Text);
        const QColor dim = option.palette.color(QPalette::PlaceholderText);
        const QFontMetrics metrics(option.font);
        QFont small = option.font;
        small.setPixelSize(11);
        const QFontMetrics smallMetrics(small);
        const auto elided = [](const QFontMetrics& m, const QString& t, int width) {
            return m.elidedText(QString(t).replace(QLatin1Char('\n'), QLatin1Char(' ')), Qt::ElideRight, width);
        };
        painter->setFont(option.font);
        painter->setPen(text);
        painter->drawText(box.left(), box.top() + metrics.ascent(),
            elided(metrics, index.data(Qt::DisplayRole).toString(), box.width()));
        painter->setFont(small);
        painter->setPen(dim);
        int line = box.top() + metrics.height() + smallMetrics.ascent() + 2;
        for (const int role : {int(SeriesModel::DetailRole), int(SeriesModel::StatusRole)}) {
            painter->drawText(box.left(), line, elided(smallMetrics, index.data(role).toString(), box.width()));
            line += smallMetrics.height() + 1;
        }
    }
};

} // namespace

SeriesPanel::SeriesPanel(QWidget* parent)
    : QWidget(parent)
    , m_model(new SeriesModel(this))
    , m_list(new QListView(this))
    , m_place(new QLabel(this))
{
    setObjectName(QStringLiteral("leftPanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 8);
    m_place->setProperty("role", "section");
    m_place->setTextFormat(Qt::PlainText);
    m_place->setContentsMargins(12, 0, 12, 0);
    m_place->setWordWrap(true);
    setPlace(tr("No study is open"));
    column->addWidget(m_place);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new SeriesDelegate(m_list));
    m_list->setObjectName(QStringLiteral("seriesList"));
    m_list->setAccessibleName(tr("Series"));
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list, 1);
    connect(m_list, &QListView::clicked, this, &SeriesPanel::request);
    connect(m_list, &QListView::activated, this, &SeriesPanel::request);
}

void SeriesPanel::setPlace(const QString& text)
{
    m_place->setText(text);
}

void SeriesPanel::setCurrent(const QString& id)
{
    const int row = m_model->rowOf(id);
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_model->index(row));
}

void SeriesPanel::step(int by)
{
    const int count = m_model->rowCount();
    for (int row = m_list->currentIndex().row() + by; row >= 0 && row < count; row += by)
        if (m_model->index(row).data(SeriesModel::UsableRole).toBool())
            return request(m_model->index(row));
}

void SeriesPanel::request(const QModelIndex& index)
{
    if (index.isValid() && index.data(SeriesModel::UsableRole).toBool())
        Q_EMIT seriesRequested(QString::fromStdString(m_model->series(index.row()).id));
}

} // namespace ui
