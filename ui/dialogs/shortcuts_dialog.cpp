#include "ui/dialogs/shortcuts_dialog.h"

#include "ui/dialogs/key_edit.h"
#include "ui/key_table.h"
#include "ui/shortcuts.h"
#include "ui/text_size.h"

#include <QAccessible>
#include <QAction>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace ui {

namespace {

constexpr std::array kColumns{0, 1, 2}; // What, key, back to the standard.

QString textOf(const QTableWidget& table, int row)
{
    QString text = table.item(row, 0)->text();
    if (const QTableWidgetItem* input = table.item(row, 1))
        text += QLatin1Char(' ') + input->text();
    if (const auto* field = qobject_cast<const KeyEdit*>(table.cellWidget(row, 1)))
        text += QLatin1Char(' ') + field->keySequence().toString(QKeySequence::NativeText);
    return text;
}

} // namespace

ShortcutsDialog::ShortcutsDialog(KeyTable& keys, QWidget* parent)
    : QDialog(parent)
    , m_keys(keys)
    , m_table(new QTableWidget(0, static_cast<int>(kColumns.size())))
    , m_said(new QLabel)
{
    setWindowTitle(tr("Keyboard and Mouse"));
    setObjectName(QStringLiteral("shortcutsDialog"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(scaled(620), scaled(680));
    layOut();
    for (const QAction* command : keys.commands())
        addCommand(*command);
    for (const auto& gesture : pictureGestures())
        addGesture(gesture.input, gesture.effect);
    showKeys();
    connect(&keys, &KeyTable::changed, this, &ShortcutsDialog::showKeys);
}

void ShortcutsDialog::layOut()
{
    auto* search = new QLineEdit;
    search->setObjectName(QStringLiteral("shortcutSearch"));
    search->setPlaceholderText(tr("Find a command or a key"));
    search->setAccessibleName(search->placeholderText());
    connect(search, &QLineEdit::textChanged, this, &ShortcutsDialog::showFound);
    m_table->setAccessibleName(tr("Commands and their keys"));
    m_table->horizontalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->setColumnWidth(1, scaled(210));
    m_table->setColumnWidth(2, scaled(70));
    m_table->verticalHeader()->hide();
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(true);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionMode(QAbstractItemView::NoSelection);
    m_said->setObjectName(QStringLiteral("shortcutSaid"));
    m_said->setTextFormat(Qt::PlainText);
    m_said->setWordWrap(true);
    auto* all = new QPushButton(tr("All as They Were"));
    all->setObjectName(QStringLiteral("resetAllKeys"));
    all->setToolTip(tr("Give every command the key that it came with"));
    connect(all, &QPushButton::clicked, &m_keys, &KeyTable::resetAll);
    auto* close = new QPushButton(tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    for (QPushButton* button : {all, close})
        button->setAutoDefault(false); // Return belongs to the field that takes a key.
    auto* below = new QHBoxLayout;
    below->addWidget(m_said, 1);
    below->addWidget(all);
    below->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(search);
    column->addWidget(m_table, 1);
    column->addLayout(below);
    say({});
}

void ShortcutsDialog::addCommand(const QAction& command)
{
    const QString name = KeyTable::nameOf(command);
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    auto* item = new QTableWidgetItem(name);
    item->setData(Qt::UserRole, QVariant::fromValue(const_cast<QAction*>(&command)));
    m_table->setItem(row, 0, item);
    auto* field = new KeyEdit;
    field->setAccessibleName(tr("Key of “%1”").arg(name));
    connect(field, &KeyEdit::chosen, this, [this, field, &command](const QKeySequence& key) { takeKey(*field, command, key); });
    m_table->setCellWidget(row, 1, field);
    auto* back = new QToolButton;
    back->setAccessibleName(tr("Give “%1” its standard key").arg(name));
    back->setToolTip(back->accessibleName());
    connect(back, &QToolButton::clicked, this, [this, &command] { reset(command); });
    m_table->setCellWidget(row, 2, back);
}

void ShortcutsDialog::addGesture(const QString& input, const QString& effect)
{
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem(effect));
    m_table->setItem(row, 1, new QTableWidgetItem(input));
    m_table->setSpan(row, 1, 1, 2);
}

void ShortcutsDialog::takeKey(KeyEdit& field, const QAction& command, const QKeySequence& key)
{
    const auto holder = m_keys.holderOf(key, command);
    const QString native = key.toString(QKeySequence::NativeText);
    if (m_keys.setKey(command, key))
        return say(native.isEmpty() ? tr("“%1” has no key now.").arg(KeyTable::nameOf(command))
                                    : tr("“%1” has the key %2 now.").arg(KeyTable::nameOf(command), native));
    say(tr("%1 is taken by “%2”. Choose another key, or change that one first.").arg(native, holder.value_or(QString())));
    field.setKeySequence(m_keys.keysOf(command).value(0));
}

void ShortcutsDialog::reset(const QAction& command)
{
    if (m_keys.reset(command))
        return say(tr("“%1” has its standard key again.").arg(KeyTable::nameOf(command)));
    say(tr("The standard key of “%1” is taken by another command, which has to be changed first.")
            .arg(KeyTable::nameOf(command)));
}

void ShortcutsDialog::showKeys()
{
    for (int row = 0; row < m_table->rowCount(); ++row) {
        auto* field = qobject_cast<KeyEdit*>(m_table->cellWidget(row, 1));
        if (!field)
            continue;
        const auto& command = *m_table->item(row, 0)->data(Qt::UserRole).value<QAction*>();
        const auto keys = m_keys.keysOf(command);
        field->setKeySequence(keys.value(0));
        field->setToolTip(keys.size() > 1 ? QKeySequence::listToString(keys, QKeySequence::NativeText) : QString());
        // Not hidden: a table shows what stands in its cells again.
        auto* back = qobject_cast<QToolButton*>(m_table->cellWidget(row, 2));
        back->setText(m_keys.isStandard(command) ? QString() : tr("Reset"));
        back->setDisabled(m_keys.isStandard(command));
    }
}

/// Rows that have all the words.
void ShortcutsDialog::showFound(const QString& words)
{
    const QStringList wanted = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const QString text = textOf(*m_table, row);
        const bool found = std::all_of(wanted.begin(), wanted.end(),
            [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
        m_table->setRowHidden(row, !found);
    }
}

void ShortcutsDialog::say(const QString& text)
{
    m_said->setText(text.isEmpty() ? tr("Choose a field and press the new key; Backspace takes it away.") : text);
    m_said->setProperty("role", "dim");
    m_said->setAccessibleName(m_said->text());
    QAccessibleEvent event(m_said, QAccessible::NameChanged);
    QAccessible::updateAccessibility(&event);
}

} // namespace ui
