#include "ui/pages/page.h"

#include <QWidget>

namespace ui {

Page::Page(const QString& name, const QString& key)
    : m_opener(new QAction(name, this))
{
    m_opener->setCheckable(true);
    m_opener->setShortcut(QKeySequence(key));
    m_opener->setToolTip(QStringLiteral("%1 (%2)").arg(name, key));
}

QWidget* Page::window() const
{
    for (const QWidget* part : {m_parts.left, m_parts.right, m_parts.middle, m_parts.above, m_parts.below})
        if (part)
            return part->window();
    return nullptr;
}

void Page::setShown(bool shown)
{
    m_shown = shown;
    for (QAction* action : m_ownActions)
        action->setVisible(shown);
    m_opener->setChecked(shown);
}

void Page::setSubject(const QString& subject)
{
    m_subject = subject;
    Q_EMIT subjectChanged();
}

} // namespace ui
