#include "ui/tools/tool_buttons.h"

#include "ui/tools/tool_table.h"

#include <QAction>
#include <QMenu>
#include <QToolButton>

namespace ui {

namespace {

void show(QToolButton& button, QAction* action)
{
    button.setDefaultAction(action);
    button.setAccessibleName(action->text());
}

void offer(QToolButton& button, QAction* action)
{
    button.menu()->addAction(action);
    QObject::connect(action, &QAction::toggled, &button, [&button, action](bool on) {
        if (on)
            show(button, action);
    });
}

void join(QToolButton& button, QAction* action)
{
    if (!button.menu()) {
        button.setMenu(new QMenu(&button));
        button.setPopupMode(QToolButton::MenuButtonPopup);
        button.setProperty("role", "group");
        offer(button, button.defaultAction());
    }
    offer(button, action);
}

} // namespace

QList<QToolButton*> makeToolButtons(const QList<QAction*>& actions, QWidget* parent)
{
    QList<QToolButton*> buttons;
    ToolGroup last = ToolGroup::None;
    for (qsizetype i = 0; i < actions.size(); ++i) {
        const ToolGroup group = tools()[static_cast<std::size_t>(i)].group;
        if (group != ToolGroup::None && group == last) {
            join(*buttons.last(), actions[i]);
            continue;
        }
        buttons << new QToolButton(parent);
        show(*buttons.last(), actions[i]);
        last = group;
    }
    return buttons;
}

} // namespace ui
