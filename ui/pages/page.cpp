#include "ui/pages/page.h"

namespace ui {

Page::Page(const QString& name, const QString& key)
    : m_opener(new QAction(name, this))
{
    m_opener->setCheckable(true);
    m_opener->setShortcut(QKeySequence(key));
    m_opener->setToolTip(QStringLiteral("%1 (%2)").arg(name, key));
}

void Page::setShown(bool shown)
{
    const bool comes = shown && !m_shown;
    m_shown = shown;
    for (QAction* action : m_ownActions)
        action->setVisible(shown);
    m_opener->setChecked(shown);
    if (comes)
        Q_EMIT this->shown();
}

} // namespace ui
