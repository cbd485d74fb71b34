#pragma once

#include <QDialog>

namespace ui {

class Actions;

/// Every key and mouse gesture in one table, made from the actions themselves.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ShortcutsDialog(const Actions& actions, QWidget* parent = nullptr);
};

} // namespace ui
