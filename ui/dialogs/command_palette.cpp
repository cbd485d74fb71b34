#include "ui/dialogs/command_palette.h"

#include "ui/text_size.h"
#include "ui/word_match.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>
#include <vector>

namespace ui {

namespace {

constexpr int kPaletteWidth = 560;
constexpr int kPaletteHeight = 380;

QString lineOf(const PaletteEntry& entry)
{
    QString line = entry.name;
    for (const QString& part : {entry.place, entry.keys})
        if (!part.isEmpty())
            line += QStringLiteral("  ·  ") + part;
    return line;
}

} // namespace

CommandPalette::CommandPalette(QList<PaletteEntry> entries, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint)
    , m_entries(std::move(entries))
    , m_words(new QLineEdit)
    , m_list(new QListWidget)
{
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("Commands"));
    setAccessibleName(windowTitle());
    setAttribute(Qt::WA_DeleteOnClose);
    m_words->setPlaceholderText(tr("What do you want to do?"));
    m_words->setAccessibleName(tr("Words of a command, a study or a label"));
    m_words->installEventFilter(this);
    m_list->setAccessibleName(tr("What the words fit"));
    m_list->setUniformItemSizes(true);
    m_list->setFocusPolicy(Qt::NoFocus); // The line moves in it.
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(m_words);
    column->addWidget(m_list);
    connect(m_words, &QLineEdit::textChanged, this, &CommandPalette::find);
    connect(m_list, &QListWidget::itemClicked, this, [this] { actOnCurrent(); });
    find({});
    resize(std::min(scaled(kPaletteWidth), parent->width()), std::min(scaled(kPaletteHeight), parent->height() - 60));
    move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 60)));
    m_words->setFocus();
}

/// The best first; those that fit alike stay in their order.
void CommandPalette::find(const QString& words)
{
    std::vector<std::pair<int, int>> found;
    for (int i = 0; i < m_entries.size(); ++i) {
        // What is called so comes before what merely stands in a menu that is.
        const int byName = 2 * wordMatch(words, m_entries[i].name);
        const int score = std::max(byName, wordMatch(words, m_entries[i].place + QLatin1Char(' ') + m_entries[i].name));
        if (score > 0)
            found.emplace_back(-score, i);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    m_list->clear();
    for (const auto& [score, entry] : found)
        addRow(entry);
    m_list->setCurrentRow(0);
}

void CommandPalette::addRow(int entry)
{
    auto* item = new QListWidgetItem(lineOf(m_entries[entry]));
    item->setData(Qt::UserRole, entry);
    item->setSizeHint({0, fontMetrics().height() + scaled(9)});
    m_list->addItem(item);
}

void CommandPalette::actOnCurrent()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const auto act = m_entries[item->data(Qt::UserRole).toInt()].act;
    accept(); // First: what is done may want the keyboard.
    act();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const auto& key = *static_cast<QKeyEvent*>(event);
    switch (key.key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        actOnCurrent();
        return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown: {
        QKeyEvent copy(key.type(), key.key(), key.modifiers());
        QCoreApplication::sendEvent(m_list, &copy);
        return true;
    }
    default:
        return QDialog::eventFilter(watched, event);
    }
}

} // namespace ui
