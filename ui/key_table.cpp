#include "ui/key_table.h"

#include "ui/actions.h"
#include "ui/pages/page.h"
#include "ui/pages/pages.h"

#include <QAction>
#include <QMenu>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

/// What the picture, lists and fields do with keys of their own.
bool isForWidgets(const QKeySequence& key)
{
    const auto combination = key[0];
    const auto modifiers = combination.keyboardModifiers() & ~Qt::KeypadModifier;
    if (modifiers != Qt::NoModifier && modifiers != Qt::ShiftModifier)
        return false;
    constexpr Qt::Key kKeys[]{Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Space, Qt::Key_Return,
        Qt::Key_Enter, Qt::Key_Escape, Qt::Key_Tab, Qt::Key_Backtab, Qt::Key_Backspace, Qt::Key_Delete, Qt::Key_Home,
        Qt::Key_End, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_F2};
    return std::find(std::begin(kKeys), std::end(kKeys), combination.key()) != std::end(kKeys);
}

bool opensMenus(const QKeySequence& key)
{
    const auto combination = key[0];
    return combination.keyboardModifiers() == Qt::AltModifier && combination.key() >= Qt::Key_A
        && combination.key() <= Qt::Key_Z;
}

/// For the settings: a command is known by who made it and by the key or words that it was made with.
QString idOf(const QAction& command)
{
    const QString maker = command.parent()
        ? QString::fromLatin1(command.parent()->metaObject()->className()).section(QLatin1Char(':'), -1)
        : QString();
    QString what = command.shortcut().toString(QKeySequence::PortableText);
    if (what.isEmpty())
        what = KeyTable::nameOf(command).remove(QLatin1Char(' '));
    // The two are no letters of a setting's name.
    what.replace(QLatin1Char('/'), QStringLiteral("Slash")).replace(QLatin1Char('\\'), QStringLiteral("Backslash"));
    return maker + QLatin1Char('.') + what;
}

QKeySequence withShift(const QKeySequence& key)
{
    return QKeySequence(key[0].keyboardModifiers() | Qt::ShiftModifier | key[0].key());
}

bool shareOne(const QList<QKeySequence>& a, const QList<QKeySequence>& b)
{
    return std::any_of(a.begin(), a.end(), [&](const QKeySequence& key) { return b.contains(key); });
}

} // namespace

KeyTable::KeyTable(const QList<QAction*>& commands, const Actions& actions, const Pages& pages, QObject* parent)
    : QObject(parent)
    , m_pages(pages)
{
    for (QAction* command : commands) {
        if (command->menu())
            continue;
        m_rows.push_back({command, idOf(*command), command->shortcuts(), {}, actions.tools.contains(command)});
        connect(command, &QAction::changed, this, [this, command] { showKeys(m_rows[indexOf(*command)]); });
    }
    apply();
}

QList<QAction*> KeyTable::commands() const
{
    QList<QAction*> commands;
    for (const Row& row : m_rows)
        commands << row.command;
    return commands;
}

QString KeyTable::nameOf(const QAction& command)
{
    return command.text().remove(QLatin1Char('&')).remove(QChar(0x2026));
}

std::size_t KeyTable::indexOf(const QAction& command) const
{
    return static_cast<std::size_t>(std::find_if(m_rows.begin(), m_rows.end(),
        [&](const Row& row) { return row.command == &command; }) - m_rows.begin());
}

QList<QKeySequence> KeyTable::keysOf(const QAction& command) const
{
    return m_rows.at(indexOf(command)).keys();
}

bool KeyTable::isStandard(const QAction& command) const
{
    return !m_rows.at(indexOf(command)).chosen;
}

/// What no page calls its own is there on all.
bool KeyTable::isOn(const Page& page, const Row& row) const
{
    const auto& all = m_pages.all();
    return page.ownActions().contains(row.command)
        || std::none_of(all.begin(), all.end(), [&](const Page* other) { return other->ownActions().contains(row.command); });
}

QList<QKeySequence> KeyTable::keysOn(const Page& page, const Row& row, const Rows& rows) const
{
    QList<QKeySequence> keys = row.keys();
    if (!row.isTool)
        return keys;
    for (QKeySequence& key : keys)
        for (const Row& other : rows)
            if (page.ownActions().contains(other.command) && other.keys().contains(key)) {
                key = withShift(key);
                break;
            }
    return keys;
}

std::optional<KeyTable::Clash> KeyTable::clashIn(const Rows& rows) const
{
    for (const Page* page : m_pages.all()) {
        std::vector<std::pair<std::size_t, QList<QKeySequence>>> seen;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!isOn(*page, rows[i]))
                continue;
            const auto keys = keysOn(*page, rows[i], rows);
            for (const auto& [other, taken] : seen)
                if (shareOne(keys, taken))
                    return Clash{other, i};
            seen.emplace_back(i, keys);
        }
    }
    return std::nullopt;
}

std::optional<KeyTable::Clash> KeyTable::clashAfter(
    std::size_t row, const std::optional<QList<QKeySequence>>& chosen) const
{
    Rows rows = m_rows;
    rows[row].chosen = chosen;
    return clashIn(rows);
}

/// A tool makes way for a page only with the letter that it was made with: what the user chooses is meant as it stands.
std::optional<QString> KeyTable::holderAmongCommands(const QKeySequence& key, std::size_t row) const
{
    for (const Page* page : m_pages.all())
        for (const Row& other : m_rows)
            if (other.command != m_rows[row].command && isOn(*page, other) && isOn(*page, m_rows[row])
                && (other.keys().contains(key) || keysOn(*page, other, m_rows).contains(key)))
                return nameOf(*other.command);
    if (const auto clash = clashAfter(row, QList{key}))
        return nameOf(*m_rows[clash->first == row ? clash->second : clash->first].command);
    return std::nullopt;
}

std::optional<QString> KeyTable::holderOf(const QKeySequence& key, const QAction& command) const
{
    if (key.isEmpty())
        return std::nullopt;
    if (key[0].keyboardModifiers() == Qt::NoModifier && isForWidgets(key))
        return tr("the picture, lists and fields");
    if (isForWidgets(key))
        return tr("the picture");
    if (opensMenus(key))
        return tr("the menus");
    return holderAmongCommands(key, indexOf(command));
}

bool KeyTable::setKey(const QAction& command, const QKeySequence& key)
{
    Row& row = m_rows.at(indexOf(command));
    const QList<QKeySequence> keys = key.isEmpty() ? QList<QKeySequence>() : QList{key};
    if (keys == row.standard)
        return reset(command);
    if (holderOf(key, command))
        return false;
    row.chosen = keys;
    apply();
    Q_EMIT changed();
    return true;
}

bool KeyTable::reset(const QAction& command)
{
    const std::size_t row = indexOf(command);
    if (clashAfter(row, std::nullopt))
        return false;
    m_rows[row].chosen.reset();
    apply();
    Q_EMIT changed();
    return true;
}

void KeyTable::resetAll()
{
    for (Row& row : m_rows)
        row.chosen.reset();
    apply();
    Q_EMIT changed();
}

QMap<QString, QString> KeyTable::chosen() const
{
    QMap<QString, QString> keys;
    for (const Row& row : m_rows)
        if (row.chosen)
            keys[row.id] = QKeySequence::listToString(*row.chosen, QKeySequence::PortableText);
    return keys;
}

void KeyTable::setChosen(const QMap<QString, QString>& keys)
{
    for (Row& row : m_rows) {
        row.chosen.reset();
        if (!keys.contains(row.id))
            continue;
        const QKeySequence key(keys[row.id], QKeySequence::PortableText);
        if (key.isEmpty())
            row.chosen = QList<QKeySequence>();
        else if (key[0].key() != Qt::Key_unknown && !isForWidgets(key) && !opensMenus(key))
            row.chosen = QList{QKeySequence(key[0])};
    }
    for (auto clash = clashIn(m_rows); clash; clash = clashIn(m_rows)) {
        Row& second = m_rows[clash->second];
        if (!std::exchange(second.chosen, std::nullopt) && !std::exchange(m_rows[clash->first].chosen, std::nullopt))
            break; // Two that were made with one key: the window's test finds them.
    }
    apply();
}

void KeyTable::apply()
{
    for (const Row& row : m_rows) {
        row.command->setShortcuts(keysOn(m_pages.shown(), row, m_rows));
        showKeys(row);
    }
}

/// Also when its text has changed.
void KeyTable::showKeys(const Row& row)
{
    const QString name = nameOf(*row.command);
    const QString key = row.command->shortcut().toString(QKeySequence::NativeText);
    row.command->setToolTip(key.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, key));
}

} // namespace ui
