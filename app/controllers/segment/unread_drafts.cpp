#include "app/controllers/segment/unread_drafts.h"

namespace app {

void UnreadDrafts::use(const QString& study, const QString& sentence)
{
    const Drafted draft{study, sentence.trimmed()};
    if (m_accepted.contains(draft))
        return;
    m_unread.insert(draft);
    Q_EMIT changed();
}

void UnreadDrafts::accept(const QString& study, const QString& sentence)
{
    const Drafted draft{study, sentence.trimmed()};
    m_accepted.insert(draft);
    if (m_unread.remove(draft))
        Q_EMIT changed();
}

bool UnreadDrafts::contains(const QString& study, const QString& sentence) const
{
    return m_unread.contains({study, sentence.trimmed()});
}

} // namespace app
