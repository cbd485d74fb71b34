#include "ui/panels/review_panel.h"

#include "ui/panels/export_panel.h"
#include "ui/panels/queue_panel.h"
#include "ui/text_size.h"

#include <QLabel>
#include <QListWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kShortLines = 3;

QListWidget* makeHistory(const QString& objectName)
{
    auto* list = new QListWidget;
    list->setObjectName(objectName);
    list->setAccessibleName(ReviewPanel::tr("History of this mask, newest first"));
    list->setWordWrap(true);
    list->setSelectionMode(QAbstractItemView::NoSelection);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    return list;
}

} // namespace

ReviewPanel::ReviewPanel(QWidget* parent)
    : QWidget(parent)
    , m_tabs(new QTabWidget)
    , m_queue(new QueuePanel)
    , m_short(makeHistory(QStringLiteral("thisMask")))
    , m_history(makeHistory(QStringLiteral("history")))
    , m_export(new ExportPanel)
{
    setObjectName(QStringLiteral("rightPanel"));
    setAttribute(Qt::WA_StyledBackground);
    followTextSize(this, [this] { setMinimumWidth(scaled(330)); });
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_tabs->setObjectName(QStringLiteral("reviewTabs"));
    m_tabs->addTab(makeQueueTab(), tr("Queue"));
    m_tabs->addTab(m_history, tr("History"));
    m_tabs->addTab(m_export, tr("Export"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 0, 0, 0);
    column->addWidget(m_tabs);
}

QWidget* ReviewPanel::makeQueueTab()
{
    auto* part = new QWidget;
    auto* column = new QVBoxLayout(part);
    column->setContentsMargins(0, 0, 0, 8);
    column->setSpacing(4);
    column->addWidget(m_queue, 1);
    auto* title = new QLabel(tr("THIS MASK"));
    title->setProperty("role", "section");
    followTextSize(m_short, [this] { m_short->setFixedHeight(scaled(104)); });
    auto* mask = new QVBoxLayout;
    mask->setContentsMargins(12, 0, 4, 0);
    mask->setSpacing(4);
    mask->addWidget(title);
    mask->addWidget(m_short);
    column->addLayout(mask);
    return part;
}

void ReviewPanel::setHistory(const QStringList& lines)
{
    m_history->clear();
    m_history->addItems(lines);
    m_short->clear();
    m_short->addItems(lines.mid(0, kShortLines));
}

void ReviewPanel::showQueue()
{
    m_tabs->setCurrentIndex(0);
    m_queue->focusList();
}

void ReviewPanel::showExport()
{
    m_tabs->setCurrentWidget(m_export);
    m_export->setFocus();
}

} // namespace ui
