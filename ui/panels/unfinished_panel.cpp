#include "ui/panels/unfinished_panel.h"

#include "ui/models/unfinished_list.h"

#include <QLabel>
#include <QListWidget>
#include <QShortcut>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kMostUnfinishedRows = 6; ///< More are scrolled to.

} // namespace

UnfinishedPanel::UnfinishedPanel(UnfinishedList& unfinished, QWidget* parent)
    : QFrame(parent)
    , m_unfinished(unfinished)
    , m_list(new QListWidget(this))
{
    setObjectName(QStringLiteral("unfinishedPanel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    auto* title = new QLabel(tr("Unfinished work: a click or Return opens it, Delete throws it away"));
    title->setProperty("role", "section");
    title->setWordWrap(true);
    column->addWidget(title);
    m_list->setObjectName(QStringLiteral("unfinishedList"));
    m_list->setAccessibleName(tr("Studies with unfinished work"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    column->addWidget(m_list);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { request(m_list->row(item)); });
    auto* open = new QShortcut(QKeySequence(Qt::Key_Return), m_list, [this] { request(m_list->currentRow()); });
    open->setContext(Qt::WidgetShortcut);
    auto* forget = new QShortcut(QKeySequence(Qt::Key_Delete), m_list, [this] {
        if (m_list->currentRow() >= 0)
            Q_EMIT m_unfinished.forgetRequested(m_list->currentRow());
    });
    forget->setContext(Qt::WidgetShortcut);
    connect(&unfinished, &UnfinishedList::changed, this, &UnfinishedPanel::showStudies);
    showStudies();
}

void UnfinishedPanel::showStudies()
{
    const auto& studies = m_unfinished.studies();
    m_list->clear();
    for (const auto& study : studies) {
        auto* item = new QListWidgetItem(study.title + QLatin1Char('\n') + study.detail, m_list);
        item->setToolTip(study.place.toHtmlEscaped());
    }
    m_list->setCurrentRow(studies.isEmpty() ? -1 : 0);
    const int rows = std::min(static_cast<int>(studies.size()), kMostUnfinishedRows);
    m_list->setFixedHeight(rows * std::max(m_list->sizeHintForRow(0), 1) + 2 * m_list->frameWidth());
    setVisible(!studies.isEmpty());
    if (isVisible()) // On its page.
        m_list->setFocus();
}

void UnfinishedPanel::request(int row)
{
    if (row >= 0)
        Q_EMIT m_unfinished.openRequested(row);
}

} // namespace ui
