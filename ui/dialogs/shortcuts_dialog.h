#pragma once

#include <QDialog>

class QAction;
class QLabel;
class QTableWidget;

namespace ui {

class KeyEdit;
class KeyTable;

/// Every key and mouse gesture in one table, made from the commands themselves, whose keys are changed here.
class ShortcutsDialog : public QDialog
{
    Q_OBJECT

public:
    /// `keys` must outlive the dialog.
    explicit ShortcutsDialog(KeyTable& keys, QWidget* parent = nullptr);

private:
    void layOut();
    void addCommand(const QAction& command);
    void addGesture(const QString& input, const QString& effect);
    void takeKey(KeyEdit& field, const QAction& command, const QKeySequence& key);
    void reset(const QAction& command);
    void showKeys();
    void showFound(const QString& words);
    void say(const QString& text);

    KeyTable& m_keys;
    QTableWidget* m_table;
    QLabel* m_said;
};

} // namespace ui
