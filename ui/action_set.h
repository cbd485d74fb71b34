#pragma once

#include <QAction>
#include <QList>
#include <QObject>

namespace ui {

/// Commands that belong together, each with its key. Menus and tool buttons show them; controllers connect to them.
class ActionSet : public QObject
{
    Q_OBJECT

public:
    /// In the order in which they were made.
    QList<QAction*> all() const;

protected:
    using QObject::QObject;

    QAction* add(const QString& text, const QString& keys, const QString& icon = {});
    QAction* addCheckable(const QString& text, const QString& keys, const QString& icon = {});
};

/// Draws the icons of those that have one in a colour that suits the theme.
void setIconColour(const QList<QAction*>& actions, const QColor& colour);

} // namespace ui
