#pragma once

#include <QList>

class QAction;
class QToolButton;
class QWidget;

namespace ui {

/// The buttons of all tools, in the order of the table; tools of a group share one, which shows the one of them that
/// was used last and opens the others. `actions` are the tools', in the order of ui::tools().
QList<QToolButton*> makeToolButtons(const QList<QAction*>& actions, QWidget* parent = nullptr);

} // namespace ui
