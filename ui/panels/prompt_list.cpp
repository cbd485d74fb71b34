#include "ui/panels/prompt_list.h"

#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPixmap>
#include <QShortcut>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kSwatch = 12;
constexpr int kIdRole = Qt::UserRole;
constexpr int kTextRole = Qt::UserRole + 1;
constexpr int kStateRole = Qt::UserRole + 2;

bool isOpen(PromptState state)
{
    return state == PromptState::Shown || state == PromptState::Waiting;
}

/// Filled for a mask, hatched with a dashed edge for a proposal as in the picture, an empty frame for what was
/// discarded.
QPixmap swatchOf(const Prompt& prompt)
{
    QPixmap swatch(kSwatch, kSwatch);
    swatch.fill(prompt.state == PromptState::Accepted ? prompt.colour : QColor(Qt::transparent));
    if (prompt.state == PromptState::Accepted)
        return swatch;
    QPainter painter(&swatch);
    if (isOpen(prompt.state))
        painter.fillRect(swatch.rect(), QBrush(prompt.colour, Qt::BDiagPattern));
    painter.setPen(QPen(prompt.colour, 1, isOpen(prompt.state) ? Qt::DashLine : Qt::SolidLine));
    painter.drawRect(0, 0, kSwatch - 1, kSwatch - 1);
    return swatch;
}

} // namespace

PromptList::PromptList(QWidget* parent)
    : QWidget(parent)
    , m_list(new QListWidget)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel(tr("PROMPTS"));
    title->setProperty("role", "section");
    m_list->setObjectName(QStringLiteral("prompts"));
    m_list->setAccessibleName(
        tr("Earlier prompts; activate one to see its proposal and use it again, Delete discards a proposal"));
    m_list->setWordWrap(true);
    m_list->setMinimumHeight(64);
    m_list->setIconSize(QSize(kSwatch, kSwatch));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(title);
    column->addWidget(m_list, 1);
    connect(m_list, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) { show(*item); });
    connect(m_list, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        const QString text = item->data(kTextRole).toString();
        show(*item);
        Q_EMIT sentenceRequested(text);
    });
    auto* discard = new QShortcut(QKeySequence(Qt::Key_Delete), m_list);
    discard->setContext(Qt::WidgetShortcut);
    connect(discard, &QShortcut::activated, this, [this] {
        const auto* item = m_list->currentItem();
        if (item && isOpen(static_cast<PromptState>(item->data(kStateRole).toInt())))
            Q_EMIT discardRequested(item->data(kIdRole).toInt());
    });
}

void PromptList::show(const QListWidgetItem& item)
{
    if (static_cast<PromptState>(item.data(kStateRole).toInt()) == PromptState::Waiting)
        Q_EMIT showRequested(item.data(kIdRole).toInt());
}

QListWidgetItem* PromptList::find(int id) const
{
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(kIdRole).toInt() == id)
            return m_list->item(row);
    return nullptr;
}

void PromptList::set(const Prompt& prompt)
{
    constexpr qsizetype kShown = 60;
    QListWidgetItem* item = find(prompt.id);
    if (!item) {
        item = new QListWidgetItem;
        m_list->insertItem(0, item);
    }
    const QString shown = prompt.text.size() > kShown ? prompt.text.left(kShown) + QChar(0x2026) : prompt.text;
    item->setText(QStringLiteral("%1\n%2").arg(shown, prompt.detail));
    item->setData(kIdRole, prompt.id);
    item->setData(kTextRole, prompt.text);
    item->setData(kStateRole, static_cast<int>(prompt.state));
    item->setToolTip(prompt.state == PromptState::Waiting
            ? tr("Click to show the proposal; double-click or Return takes up the sentence too; Delete discards it")
            : tr("Double-click, or press Return, to use this sentence again"));
    item->setIcon(swatchOf(prompt));
    QFont font = m_list->font();
    font.setBold(prompt.state == PromptState::Shown);
    item->setFont(font);
}

void PromptList::remove(int id)
{
    delete find(id);
}

void PromptList::clear()
{
    m_list->clear();
}

} // namespace ui
