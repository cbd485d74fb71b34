#pragma once

#include <QKeySequence>
#include <QList>
#include <QMap>
#include <QObject>
#include <QString>

#include <optional>
#include <vector>

class QAction;

namespace ui {

class Actions;
class Page;
class Pages;

/// Which keys the window's commands have: those that they were made with, or one that the user has chosen. No two
/// commands that can be called at one time have the same; where a page's own command has a tool's letter, the tool has
/// it with Shift. The tooltips of all commands name the key that holds.
class KeyTable : public QObject
{
    Q_OBJECT

public:
    /// Of `commands` those that are no menus, with the keys that they have now. All must outlive the table.
    KeyTable(const QList<QAction*>& commands, const Actions& actions, const Pages& pages, QObject* parent = nullptr);

    /// In the order of the commands.
    QList<QAction*> commands() const;
    /// What a command is called, without marks.
    static QString nameOf(const QAction& command);
    /// The command's own, whatever the shown page makes of it.
    QList<QKeySequence> keysOf(const QAction& command) const;
    bool isStandard(const QAction& command) const;

    /// Who has the key already where the command could be called; nothing: it is free.
    std::optional<QString> holderOf(const QKeySequence& key, const QAction& command) const;
    /// Gives a command one key, or none (an empty one). False, and nothing is changed, when it is another's.
    bool setKey(const QAction& command, const QKeySequence& key);
    /// The keys that it was made with. False when one of them is another's now.
    bool reset(const QAction& command);
    void resetAll();

    /// By names that do not depend on the language, to be kept from run to run; portable text, empty: no key.
    QMap<QString, QString> chosen() const;
    /// Those that no longer fit each other are left out.
    void setChosen(const QMap<QString, QString>& keys);

    /// The shown page is another: its commands have their keys.
    void apply();

Q_SIGNALS:
    /// The user's choice is another.
    void changed();

private:
    struct Row
    {
        QAction* command = nullptr;
        QString id;
        QList<QKeySequence> standard;
        std::optional<QList<QKeySequence>> chosen;
        bool isTool = false;

        const QList<QKeySequence>& keys() const { return chosen ? *chosen : standard; }
    };
    struct Clash
    {
        std::size_t first;
        std::size_t second;
    };
    using Rows = std::vector<Row>;

    std::size_t indexOf(const QAction& command) const;
    bool isOn(const Page& page, const Row& row) const;
    QList<QKeySequence> keysOn(const Page& page, const Row& row, const Rows& rows) const;
    std::optional<Clash> clashIn(const Rows& rows) const;
    std::optional<Clash> clashAfter(std::size_t row, const std::optional<QList<QKeySequence>>& chosen) const;
    std::optional<QString> holderAmongCommands(const QKeySequence& key, std::size_t row) const;
    void showKeys(const Row& row);

    const Pages& m_pages;
    Rows m_rows;
};

} // namespace ui
