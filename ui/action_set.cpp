#include "ui/action_set.h"

#include "ui/icons.h"

#include <QColor>

namespace ui {

namespace {

constexpr const char* kIconName = "iconName";

} // namespace

QAction* ActionSet::add(const QString& text, const QString& keys, const QString& icon)
{
    auto* action = new QAction(text, this);
    if (!keys.isEmpty())
        action->setShortcut(QKeySequence(keys));
    action->setProperty(kIconName, icon);
    const QString plain = QString(text).remove(QChar(0x2026));
    action->setToolTip(keys.isEmpty()
            ? plain
            : QStringLiteral("%1 (%2)").arg(plain, action->shortcut().toString(QKeySequence::NativeText)));
    return action;
}

QAction* ActionSet::addCheckable(const QString& text, const QString& keys, const QString& icon)
{
    QAction* action = add(text, keys, icon);
    action->setCheckable(true);
    return action;
}

QList<QAction*> ActionSet::all() const
{
    return findChildren<QAction*>(Qt::FindDirectChildrenOnly);
}

void setIconColour(const QList<QAction*>& actions, const QColor& colour)
{
    for (QAction* action : actions)
        if (const QString name = action->property(kIconName).toString(); !name.isEmpty())
            action->setIcon(icon(name, colour));
}

} // namespace ui
