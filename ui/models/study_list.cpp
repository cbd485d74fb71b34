#include "ui/models/study_list.h"

#include <algorithm>

namespace ui {

StudyList::StudyList(QObject* parent)
    : QObject(parent)
    , m_place(tr("No study is open"))
{
    connect(&m_model, &SeriesModel::modelReset, this, [this] {
        setCurrent({});
        m_search.clear();
        findListed();
    });
}

void StudyList::setPlace(const QString& place)
{
    m_place = place;
    Q_EMIT placeChanged();
}

void StudyList::setCurrent(const QString& id)
{
    m_current = m_model.rowOf(id) < 0 ? QString() : id;
    Q_EMIT currentChanged();
}

void StudyList::setSearch(const QString& words)
{
    if (words == m_search)
        return;
    m_search = words;
    findListed();
}

void StudyList::findListed()
{
    const int count = m_model.rowCount();
    m_listed.assign(static_cast<std::size_t>(count), false);
    for (int row = 0, end = 0; row < count; row = end) {
        bool found = false;
        for (end = row; end < count && m_model.sameStudy(row, end); ++end)
            found |= m_model.matches(end, m_search);
        std::fill(m_listed.begin() + row, m_listed.begin() + end, found);
    }
    Q_EMIT listingChanged();
}

bool StudyList::isListed(int row) const
{
    return m_listed[static_cast<std::size_t>(row)];
}

bool StudyList::isUsable(int row) const
{
    return isListed(row) && m_model.index(row).data(SeriesModel::UsableRole).toBool();
}

int StudyList::firstUsable() const
{
    for (int row = 0; row < m_model.rowCount(); ++row)
        if (isUsable(row))
            return row;
    return -1;
}

void StudyList::step(int by)
{
    const int count = m_model.rowCount();
    for (int row = m_model.rowOf(m_current) + by; row >= 0 && row < count; row += by)
        if (isUsable(row))
            return request(row);
}

int StudyList::nextStudy() const
{
    const int current = m_model.rowOf(m_current);
    for (int row = current + 1; row < m_model.rowCount(); ++row)
        if (isListed(row) && m_model.series(row).displayable && (current < 0 || !m_model.sameStudy(row, current)))
            return row;
    return -1;
}

void StudyList::request(int row)
{
    if (row >= 0 && m_model.index(row).data(SeriesModel::UsableRole).toBool())
        Q_EMIT seriesRequested(QString::fromStdString(m_model.series(row).id));
}

} // namespace ui
