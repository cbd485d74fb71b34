#include "ui/models/label_list.h"

namespace ui {

void LabelList::setActive(quint16 value)
{
    m_active = value;
    Q_EMIT activeChanged();
}

void LabelList::setSliceCount(int slices)
{
    m_slices = slices;
    Q_EMIT sliceCountChanged();
}

void LabelList::requestNext()
{
    const int row = m_model.rowOf(m_active);
    if (row >= 0)
        Q_EMIT activeRequested(labels()[static_cast<std::size_t>((row + 1) % m_model.rowCount())].value);
}

} // namespace ui
