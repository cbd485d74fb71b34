#include "ui/panels/queue_panel.h"

#include "ui/cohort_text.h"
#include "ui/models/queue_model.h"
#include "ui/text_size.h"

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QLocale>
#include <QPainter>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

using annotations::CaseState;
using annotations::QueueOrder;

constexpr int kQueueThumbnail = 40;
constexpr int kRowHeight = 52;

/// Thumbnail at the left, name and sentence beside it, the score at the right.
class CaseDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {180, kRowHeight}; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QRect card = option.rect.adjusted(4, 1, -4, -1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintGround(*painter, option, card);
        const QRect picture(card.left() + 5, card.top() + (card.height() - kQueueThumbnail) / 2, kQueueThumbnail, kQueueThumbnail);
        painter->fillRect(picture, Qt::black);
        if (const auto thumbnail = index.data(Qt::DecorationRole).value<QImage>(); !thumbnail.isNull()) {
            QRect target(QPoint(), thumbnail.size().scaled(picture.size(), Qt::KeepAspectRatio));
            target.moveCenter(picture.center());
            painter->setRenderHint(QPainter::SmoothPixmapTransform);
            painter->drawImage(target, thumbnail);
        }
        paintText(*painter, option, index, card.adjusted(kQueueThumbnail + 13, 6, -8, -4));
        painter->restore();
    }

private:
    static void paintGround(QPainter& painter, const QStyleOptionViewItem& option, const QRect& card)
    {
        const bool selected = option.state & QStyle::State_Selected;
        if (!selected && !(option.state & QStyle::State_MouseOver))
            return;
        QColor ground = option.palette.color(QPalette::Highlight);
        ground.setAlpha(selected ? 70 : 22);
        painter.setBrush(ground);
        painter.setPen(selected && option.state & QStyle::State_HasFocus
                ? QPen(option.palette.color(QPalette::Highlight), 1.5)
                : QPen(Qt::NoPen));
        painter.drawRoundedRect(QRectF(card).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }

    static void paintText(
        QPainter& painter, const QStyleOptionViewItem& option, const QModelIndex& index, const QRect& box)
    {
        const QFontMetrics metrics(option.font);
        const QFont small = smallFont(option.font);
        const QFontMetrics smallMetrics(small);
        const QString value = index.data(QueueModel::ValueRole).toString();
        const int valueWidth = value.isEmpty() ? 0 : metrics.horizontalAdvance(value) + 8;
        painter.setFont(option.font);
        painter.setPen(option.palette.color(QPalette::Link));
        painter.drawText(box, Qt::AlignRight | Qt::AlignTop, value);
        painter.setPen(option.palette.color(QPalette::Text));
        const QString title = index.data(Qt::DisplayRole).toString() + QStringLiteral("  ·  ")
            + index.data(QueueModel::StateRole).toString();
        painter.drawText(box.left(), box.top() + metrics.ascent(),
            metrics.elidedText(title, Qt::ElideRight, box.width() - valueWidth));
        painter.setFont(small);
        painter.setPen(option.palette.color(QPalette::PlaceholderText));
        painter.drawText(box.left(), box.top() + metrics.height() + smallMetrics.ascent() + 3,
            smallMetrics.elidedText(index.data(QueueModel::DetailRole).toString(), Qt::ElideRight, box.width()));
    }
};

void fill(QComboBox& orders, QComboBox& filters)
{
    for (const auto order : {QueueOrder::Uncertainty, QueueOrder::Entropy, QueueOrder::Disagreement,
             QueueOrder::Mismatch, QueueOrder::Random, QueueOrder::Import})
        orders.addItem(orderText(order), static_cast<int>(order));
    filters.addItem(QueuePanel::tr("Cases that wait"), -1);
    for (const auto state : {CaseState::Predicted, CaseState::Unlabelled, CaseState::Labelled, CaseState::Accepted,
             CaseState::Edited, CaseState::Rejected})
        filters.addItem(stateText(state), static_cast<int>(state));
}

} // namespace

QueuePanel::QueuePanel(QWidget* parent)
    : QWidget(parent)
    , m_model(new QueueModel(this))
    , m_order(new QComboBox)
    , m_filter(new QComboBox)
    , m_summary(new QLabel)
    , m_list(new QListView)
{
    m_order->setObjectName(QStringLiteral("queueOrder"));
    m_order->setAccessibleName(tr("Order of the queue"));
    m_order->setToolTip(
        tr("Taking the most uncertain cases first mends the cohort's masks fastest. For the first hundred or so "
           "cases that a model is to learn from, a random order teaches it more."));
    m_filter->setObjectName(QStringLiteral("queueFilter"));
    m_filter->setAccessibleName(tr("Which cases are listed"));
    fill(*m_order, *m_filter);
    m_summary->setObjectName(QStringLiteral("queueSummary"));
    m_summary->setProperty("role", "dim");
    m_list->setObjectName(QStringLiteral("queue"));
    m_list->setAccessibleName(tr("Review queue; activate a case to see it"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CaseDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 4, 8);
    column->setSpacing(6);
    for (QWidget* part : std::initializer_list<QWidget*>{m_filter, m_order, m_summary})
        column->addWidget(part);
    column->addWidget(m_list, 1);
    connect(m_order, &QComboBox::currentIndexChanged, this, &QueuePanel::queueChanged);
    connect(m_filter, &QComboBox::currentIndexChanged, this, &QueuePanel::queueChanged);
    connect(m_list, &QListView::clicked, this, &QueuePanel::request);
    connect(m_list, &QListView::activated, this, &QueuePanel::request);
    auto* soon = new QTimer(this);
    soon->setSingleShot(true);
    soon->setInterval(40);
    connect(soon, &QTimer::timeout, this, &QueuePanel::askForThumbnails);
    const auto later = [soon] { soon->start(); };
    connect(m_list->verticalScrollBar(), &QScrollBar::valueChanged, soon, later);
    connect(m_model, &QueueModel::modelReset, soon, later);
    connect(m_model, &QueueModel::rowsInserted, soon, later);
    connect(m_model, &QueueModel::modelReset, this, [this] { setCurrent(m_current); });
}

QueueOrder QueuePanel::order() const
{
    return static_cast<QueueOrder>(m_order->currentData().toInt());
}

void QueuePanel::setOrder(QueueOrder order)
{
    const QSignalBlocker blocker(m_order);
    m_order->setCurrentIndex(m_order->findData(static_cast<int>(order)));
}

annotations::QueueFilter QueuePanel::filter() const
{
    const int state = m_filter->currentData().toInt();
    return state < 0 ? annotations::QueueFilter{} : annotations::QueueFilter{static_cast<CaseState>(state)};
}

void QueuePanel::setCurrent(qint64 id)
{
    m_current = id;
    const int row = m_model->rowOf(id);
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_model->index(row));
}

void QueuePanel::updateSummary()
{
    const QLocale locale;
    const int shown = m_model->rowCount();
    const int total = m_model->total();
    m_summary->setText(total == 0 ? tr("No case")
            : shown == total      ? tr("%1 cases").arg(locale.toString(total))
                             : tr("%1 cases, the first %2 listed").arg(locale.toString(total), locale.toString(shown)));
}

void QueuePanel::focusList()
{
    if (!m_list->currentIndex().isValid() && m_model->rowCount() > 0)
        m_list->setCurrentIndex(m_model->index(0));
    m_list->setFocus(Qt::ShortcutFocusReason);
}

void QueuePanel::request(const QModelIndex& index)
{
    if (index.isValid())
        Q_EMIT caseRequested(index.data(QueueModel::IdRole).toLongLong());
}

void QueuePanel::askForThumbnails()
{
    if (!m_list->isVisible())
        return;
    const QModelIndex top = m_list->indexAt(QPoint(10, 1));
    if (!top.isValid())
        return;
    const int count = m_list->viewport()->height() / kRowHeight + 2;
    QList<qint64> ids;
    for (int row = top.row(); row < std::min(top.row() + count, m_model->rowCount()); ++row)
        if (!m_model->hasThumbnail(m_model->study(row).id))
            ids << m_model->study(row).id;
    if (!ids.isEmpty())
        Q_EMIT thumbnailsWanted(ids);
}

void QueuePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    askForThumbnails();
}

void QueuePanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    askForThumbnails();
}

} // namespace ui
