#include "ui/dialogs/shortcuts_dialog.h"

#include "ui/shortcuts.h"

#include <QAction>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ui {

namespace {

QString keysOf(const QAction& action)
{
    return QKeySequence::listToString(action.shortcuts(), QKeySequence::NativeText);
}

void addRow(QTableWidget& table, const QString& input, const QString& effect)
{
    const int row = table.rowCount();
    table.insertRow(row);
    table.setItem(row, 0, new QTableWidgetItem(input));
    table.setItem(row, 1, new QTableWidgetItem(effect));
}

} // namespace

ShortcutsDialog::ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keyboard and Mouse"));
    setObjectName(QStringLiteral("shortcutsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(560, 640);
    auto* table = new QTableWidget(0, 2, this);
    table->setAccessibleName(tr("Keys and what they do"));
    table->setHorizontalHeaderLabels({tr("Keys"), tr("What they do")});
    table->horizontalHeader()->setStretchLastSection(true);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    for (const QAction* action : actions)
        if (!action->shortcut().isEmpty())
            addRow(*table, keysOf(*action), QString(action->text()).remove(QLatin1Char('&')));
    for (const auto& gesture : pictureGestures())
        addRow(*table, gesture.input, gesture.effect);
    table->resizeColumnToContents(0);
    auto* column = new QVBoxLayout(this);
    column->addWidget(table);
}

} // namespace ui
