#include "ui/panels/series_panel.h"

#include "ui/models/series_model.h"
#include "ui/panels/series_delegate.h"

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

namespace ui {

SeriesPanel::SeriesPanel(QWidget* parent)
    : QWidget(parent)
    , m_model(new SeriesModel(this))
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
    setPlace(tr("No study is open"));
    column->addWidget(m_place);
    m_search->setObjectName(QStringLiteral("findPatient"));
    m_search->setAccessibleName(tr("Find a patient"));
    m_search->setPlaceholderText(tr("Name, ID or date"));
    m_search->setClearButtonEnabled(true);
    auto* search = new QVBoxLayout;
    search->setContentsMargins(8, 0, 8, 2);
    search->addWidget(m_search);
    column->addLayout(search);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new SeriesDelegate(m_list));
    m_list->setObjectName(QStringLiteral("seriesList"));
    m_list->setAccessibleName(tr("Series"));
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_list, 1);
    connect(m_list, &QListView::clicked, this, &SeriesPanel::request);
    connect(m_list, &QListView::activated, this, &SeriesPanel::request);
    connect(m_search, &QLineEdit::textChanged, this, &SeriesPanel::filter);
    // Return opens the first one found.
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        for (int row = 0; row < m_model->rowCount(); ++row)
            if (!m_list->isRowHidden(row) && m_model->index(row).data(SeriesModel::UsableRole).toBool())
                return requestRow(row);
    });
    connect(m_model, &SeriesModel::modelReset, this, &SeriesPanel::studiesChanged);
    studiesChanged();
}

/// A single study needs no search.
void SeriesPanel::studiesChanged()
{
    m_search->setVisible(m_model->studies() > 1);
    m_search->clear();
    filter();
}

/// A study is shown whole, since its first series carries its patient.
void SeriesPanel::filter()
{
    const int count = m_model->rowCount();
    for (int row = 0, end = 0; row < count; row = end) {
        bool found = false;
        for (end = row; end < count && m_model->sameStudy(row, end); ++end)
            found |= m_model->matches(end, m_search->text());
        for (int of = row; of < end; ++of)
            m_list->setRowHidden(of, !found);
    }
}

void SeriesPanel::focusSearch()
{
    if (m_search->isHidden())
        return m_list->setFocus(Qt::ShortcutFocusReason);
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
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
        if (!m_list->isRowHidden(row) && m_model->index(row).data(SeriesModel::UsableRole).toBool())
            return requestRow(row);
}

int SeriesPanel::nextStudy() const
{
    const int current = m_list->currentIndex().row();
    for (int row = current + 1; row < m_model->rowCount(); ++row)
        if (!m_list->isRowHidden(row) && m_model->series(row).displayable
            && (current < 0 || !m_model->sameStudy(row, current)))
            return row;
    return -1;
}

void SeriesPanel::requestRow(int row)
{
    request(m_model->index(row));
}

void SeriesPanel::request(const QModelIndex& index)
{
    if (index.isValid() && index.data(SeriesModel::UsableRole).toBool())
        Q_EMIT seriesRequested(QString::fromStdString(m_model->series(index.row()).id));
}

} // namespace ui
