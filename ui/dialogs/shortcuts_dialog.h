#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace ui {

/// Every key and mouse gesture in one table, made from the actions themselves.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent = nullptr);
};

} // namespace ui
