#include "ui/models/mask_filters.h"

namespace ui {

void MaskFilters::setPicture(const FilterPicture& picture)
{
    m_picture = picture;
    m_note.clear();
    Q_EMIT pictureChanged();
    Q_EMIT noteChanged();
}

void MaskFilters::setRunning(bool running)
{
    if (running == m_running)
        return;
    m_running = running;
    Q_EMIT runningChanged();
}

void MaskFilters::setNote(const QString& note)
{
    m_note = note;
    Q_EMIT noteChanged();
}

} // namespace ui
