#pragma once

#include <QDialog>
#include <QList>
#include <QString>

#include <functional>

class QLineEdit;
class QListWidget;

namespace ui {

/// Something that can be done by its name.
struct PaletteEntry
{
    QString name;
    QString place; ///< Where else it is: its menu, or what kind of thing it is.
    QString keys; ///< Empty: none.
    std::function<void()> act;
};

/// A line to type words into and the list of what they fit. Up, Down, Page Up and Page Down choose in the list while the
/// line keeps the keyboard, Return does what is chosen, Escape closes.
class CommandPalette : public QDialog
{
    Q_OBJECT

public:
    explicit CommandPalette(QList<PaletteEntry> entries, QWidget* parent);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void find(const QString& words);
    void addRow(int entry);
    void actOnCurrent();

    QList<PaletteEntry> m_entries;
    QLineEdit* m_words;
    QListWidget* m_list;
};

} // namespace ui
