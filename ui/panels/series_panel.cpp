#include "ui/panels/series_panel.h"

#include "ui/models/study_list.h"
#include "ui/panels/series_delegate.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

namespace ui {

SeriesPanel::SeriesPanel(StudyList& studies, QWidget* parent)
    : QWidget(parent)
    , m_studies(studies)
    , m_place(new QLabel(this))
    , m_search(new QLineEdit(this))
    , m_list(new QListView(this))
{
    setObjectName(QStringLiteral("leftPanel"));
    setAttribute(Qt::WA_StyledBackground);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 8);
    m_place->setProperty("role", "section");
    m_place->setTextFormat(Qt::PlainText);
    m_place->setContentsMargins(12, 0, 12, 0);
    m_place->setWordWrap(true);
    column->addWidget(m_place);
    m_search->setObjectName(QStringLiteral("findPatient"));
    m_search->setAccessibleName(tr("Find a patient"));
    m_search->setPlaceholderText(tr("Name, ID or date"));
    m_search->setClearButtonEnabled(true);
    auto* search = new QVBoxLayout;
    search->setContentsMargins(8, 0, 8, 2);
    search->addWidget(m_search);
    column->addLayout(search);
    m_list->setModel(&m_studies.model());
    m_list->setItemDelegate(new SeriesDelegate(m_list));
    m_list->setObjectName(QStringLiteral("seriesList"));
    m_list->setAccessibleName(tr("Series"));
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list, 1);
    connectStudies();
    m_place->setText(studies.place());
    showListing();
    showCurrent();
}

void SeriesPanel::connectStudies()
{
    const auto request = [this](const QModelIndex& index) { m_studies.request(index.row()); };
    connect(m_list, &QListView::clicked, &m_studies, request);
    connect(m_list, &QListView::activated, &m_studies, request);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& row) {
        const QString id = row.isValid() ? QString::fromStdString(m_studies.model().series(row.row()).id) : QString();
        if (id != m_studies.current())
            m_studies.setCurrent(id); // By arrow keys.
    });
    connect(m_search, &QLineEdit::textChanged, &m_studies, &StudyList::setSearch);
    // Return opens the first one found.
    connect(m_search, &QLineEdit::returnPressed, this, [this] { m_studies.request(m_studies.firstUsable()); });
    connect(&m_studies, &StudyList::placeChanged, this, [this] { m_place->setText(m_studies.place()); });
    connect(&m_studies, &StudyList::currentChanged, this, &SeriesPanel::showCurrent);
    connect(&m_studies, &StudyList::listingChanged, this, &SeriesPanel::showListing);
}

/// A single study needs no search.
void SeriesPanel::showListing()
{
    m_search->setVisible(m_studies.model().studies() > 1);
    m_search->setText(m_studies.search());
    for (int row = 0; row < m_studies.model().rowCount(); ++row)
        m_list->setRowHidden(row, !m_studies.isListed(row));
}

void SeriesPanel::showCurrent()
{
    const int row = m_studies.model().rowOf(m_studies.current());
    m_list->setCurrentIndex(row < 0 ? QModelIndex() : m_studies.model().index(row));
}

void SeriesPanel::focusSearch()
{
    if (m_search->isHidden())
        return m_list->setFocus(Qt::ShortcutFocusReason);
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

} // namespace ui
