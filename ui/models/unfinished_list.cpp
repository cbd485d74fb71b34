#include "ui/models/unfinished_list.h"

namespace ui {

void UnfinishedList::setStudies(const QList<UnfinishedStudy>& studies)
{
    m_studies = studies;
    Q_EMIT changed();
}

} // namespace ui
