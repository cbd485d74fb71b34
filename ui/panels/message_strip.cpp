#include "ui/panels/message_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTextDocument>
#include <QToolButton>
#include <QVBoxLayout>

namespace ui {

namespace {

constexpr int kMostShown = 4;
constexpr qsizetype kLongestText = 1200;
constexpr qsizetype kMostLines = 10;

/// As much as leaves room for the picture; the whole text is the tool tip.
QString shortened(const QString& text)
{
    const auto lines = text.left(kLongestText).split(QLatin1Char('\n'));
    return lines.size() <= kMostLines ? lines.join(QLatin1Char('\n'))
                                      : lines.first(kMostLines).join(QLatin1Char('\n')) + QStringLiteral("\n…");
}

QString kindName(MessageKind kind)
{
    switch (kind) {
    case MessageKind::Warning:
        return QStringLiteral("warning");
    case MessageKind::Error:
        return QStringLiteral("error");
    case MessageKind::Info:
        break;
    }
    return QStringLiteral("info");
}

QLabel* textOf(const QFrame* frame)
{
    return frame->findChild<QLabel*>(QStringLiteral("messageText"));
}

} // namespace

MessageStrip::MessageStrip(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("messageStrip"));
    setAccessibleName(tr("Messages"));
    m_layout->setContentsMargins(8, 8, 8, 8);
    m_layout->setSpacing(6);
    setVisible(false);
}

void MessageStrip::show(const Message& message)
{
    if (!message.id.isEmpty())
        remove(message.id);
    dropOldest();
    auto* frame = new QFrame(this);
    frame->setProperty("role", "message");
    frame->setProperty("kind", kindName(message.kind));
    frame->setProperty("messageId", message.id);
    frame->setProperty("lasting", message.lasting);
    auto* row = new QHBoxLayout(frame);
    row->setContentsMargins(10, 6, 6, 6);
    auto* text = new QLabel(shortened(message.text), frame);
    if (text->text() != message.text)
        text->setToolTip(Qt::convertFromPlainText(message.text)); // Plain text in disguise would be read as markup.
    text->setObjectName(QStringLiteral("messageText"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(text, 1);
    const auto drop = [this, frame] {
        frame->setParent(nullptr);
        frame->deleteLater();
        setVisible(m_layout->count() > 0);
    };
    if (!message.actionText.isEmpty()) {
        auto* button = new QPushButton(message.actionText, frame);
        button->setObjectName(QStringLiteral("messageAction"));
        row->addWidget(button);
        connect(button, &QPushButton::clicked, this, [drop, action = message.action] {
            drop();
            if (action)
                action();
        });
    }
    auto* dismiss = new QToolButton(frame);
    dismiss->setText(QStringLiteral("✕"));
    dismiss->setAccessibleName(tr("Dismiss this message"));
    connect(dismiss, &QToolButton::clicked, this, drop);
    row->addWidget(dismiss, 0, Qt::AlignTop);
    m_layout->addWidget(frame);
    setVisible(true);
}

void MessageStrip::remove(const QString& id)
{
    const auto frames = findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly);
    for (QFrame* frame : frames)
        if (frame->property("messageId").toString() == id)
            delete frame;
    setVisible(m_layout->count() > 0);
}

void MessageStrip::clear()
{
    const auto frames = findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly);
    for (QFrame* frame : frames)
        if (!frame->property("lasting").toBool())
            delete frame;
    setVisible(m_layout->count() > 0);
}

void MessageStrip::focusNewest()
{
    if (m_layout->count() == 0)
        return;
    const QWidget* newest = m_layout->itemAt(m_layout->count() - 1)->widget();
    if (auto* button = newest->findChild<QAbstractButton*>())
        button->setFocus(Qt::ShortcutFocusReason);
}

QStringList MessageStrip::texts() const
{
    QStringList texts;
    for (const QFrame* frame : findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly))
        if (const QLabel* text = textOf(frame))
            texts << text->text();
    return texts;
}

void MessageStrip::dropOldest()
{
    while (m_layout->count() >= kMostShown) {
        QWidget* oldest = m_layout->itemAt(0)->widget();
        m_layout->removeWidget(oldest);
        oldest->setParent(nullptr);
        oldest->deleteLater();
    }
}

} // namespace ui
