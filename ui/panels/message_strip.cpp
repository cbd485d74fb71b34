#include "ui/panels/message_strip.h"

#include "ui/messages.h"
#include "ui/text_size.h"

#include <QApplication>
#include <QCursor>
#include <QEvent>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTextDocument>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

constexpr int kWidth = 620; ///< At 100 % of the text size.
constexpr int kCorner = 270; ///< Room for what the picture's corners say, likewise.
constexpr int kCornerLines = 5;
constexpr int kStripMargin = 8;
constexpr qsizetype kLongLine = 90;
constexpr int kReadMs = 1500; ///< A message is seen at least this long before work on the picture folds it.
constexpr int kRestMs = 3000;
constexpr qsizetype kLongestText = 1200;
constexpr qsizetype kMostLines = 10;
constexpr const char* kNumber = "messageNumber";

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

} // namespace

MessageStrip::MessageStrip(Messages& messages, QWidget* parent)
    : QWidget(parent)
    , m_messages(messages)
    , m_layout(new QVBoxLayout(this))
    , m_chip(new QToolButton(this))
    , m_rest(new QTimer(this))
{
    setObjectName(QStringLiteral("messageStrip"));
    setAccessibleName(tr("Messages"));
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(6);
    m_chip->setObjectName(QStringLiteral("messageChip"));
    m_chip->setProperty("role", "chip");
    m_chip->setToolTip(tr("Show the messages (F8)"));
    m_chip->setVisible(false);
    connect(m_chip, &QToolButton::clicked, this, &MessageStrip::focusNewest);
    connect(&messages, &Messages::added, this, &MessageStrip::add);
    connect(&messages, &Messages::removed, this, &MessageStrip::drop);
    m_rest->setSingleShot(true);
    m_rest->setInterval(kRestMs);
    connect(m_rest, &QTimer::timeout, this, [this] {
        // Who is about to press a button is not in the way.
        if (qobject_cast<QAbstractButton*>(QApplication::widgetAt(QCursor::pos())))
            m_rest->start();
        else
            setFolded(true);
    });
    setVisible(false);
    followTextSize(this, [this] { place(); });
}

void MessageStrip::lieOver(QWidget* picture)
{
    if (m_picture)
        listenTo(*m_picture, false);
    m_picture = picture;
    listenTo(*m_picture, true);
    changed();
}

/// What lies in it hears the mouse and the keys in its place, such as the views of a grid.
void MessageStrip::listenTo(QWidget& picture, bool listen)
{
    auto parts = picture.findChildren<QWidget*>();
    parts << &picture;
    for (QWidget* part : parts)
        listen ? part->installEventFilter(this) : part->removeEventFilter(this);
}

QList<QFrame*> MessageStrip::frames() const
{
    return findChildren<QFrame*>(QString(), Qt::FindDirectChildrenOnly);
}

void MessageStrip::add(quint64 number, const Message& message)
{
    m_layout->addWidget(makeFrame(number, message));
    m_folded = false;
    m_sinceNewest.start();
    changed();
}

void MessageStrip::drop(quint64 number)
{
    for (QFrame* frame : frames()) {
        if (frame->property(kNumber).toULongLong() != number)
            continue;
        frame->setParent(nullptr);
        frame->deleteLater(); // Its own button may be what was pressed.
    }
    changed();
}

QFrame* MessageStrip::makeFrame(quint64 number, const Message& message)
{
    auto* frame = new QFrame(this);
    frame->setProperty("role", "message");
    frame->setProperty("kind", kindName(message.kind));
    frame->setProperty(kNumber, number);
    auto* grid = new QGridLayout(frame);
    grid->setContentsMargins(10, 6, 6, 6);
    grid->setColumnStretch(0, 1);
    auto* text = new QLabel(shortened(message.text), frame);
    if (text->text() != message.text)
        text->setToolTip(Qt::convertFromPlainText(message.text)); // Plain text in disguise would be read as markup.
    text->setObjectName(QStringLiteral("messageText"));
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(text, 0, 0);
    const auto earlier = findChildren<QAbstractButton*>(); // The chip is the first.
    addButtons(*frame, number, message);
    QWidget* last = earlier.isEmpty() ? nullptr : earlier.last();
    for (QAbstractButton* button : frame->findChildren<QAbstractButton*>()) {
        setTabOrder(last, button); // Otherwise they would come last in the window.
        last = button;
    }
    return frame;
}

void MessageStrip::addButtons(QFrame& frame, quint64 number, const Message& message)
{
    auto* grid = static_cast<QGridLayout*>(frame.layout());
    const auto dismissed = [this, number] { m_messages.dismiss(number); };
    if (!message.actionText.isEmpty()) {
        auto* button = new QPushButton(message.actionText, &frame);
        button->setObjectName(QStringLiteral("messageAction"));
        // Beside a short text, below a long one, which needs the width.
        if (message.text.size() > kLongLine)
            grid->addWidget(button, 1, 0, 1, 3, Qt::AlignRight);
        else
            grid->addWidget(button, 0, 1);
        connect(button, &QPushButton::clicked, this, [dismissed, action = message.action] {
            dismissed();
            if (action)
                action();
        });
    }
    auto* dismiss = new QToolButton(&frame);
    dismiss->setObjectName(QStringLiteral("messageDismiss"));
    dismiss->setText(QStringLiteral("✕"));
    dismiss->setAccessibleName(tr("Dismiss this message"));
    connect(dismiss, &QToolButton::clicked, this, dismissed);
    grid->addWidget(dismiss, 0, 2, Qt::AlignTop);
}

void MessageStrip::focusNewest()
{
    if (frames().isEmpty())
        return;
    setFolded(false);
    if (auto* button = frames().last()->findChild<QAbstractButton*>())
        button->setFocus(Qt::ShortcutFocusReason);
}

void MessageStrip::setFolded(bool folded)
{
    if (m_folded == folded)
        return;
    if (folded && m_picture && isAncestorOf(QApplication::focusWidget()))
        m_picture->setFocus();
    m_folded = folded;
    changed();
}

void MessageStrip::changed()
{
    const auto all = frames();
    m_rest->stop();
    m_chip->setText(all.size() == 1 ? tr("1 message") : tr("%1 messages").arg(all.size()));
    // The chip has the colour of the worst.
    const auto has = [&](MessageKind kind) {
        return std::any_of(all.begin(), all.end(),
            [&](const QFrame* frame) { return frame->property("kind").toString() == kindName(kind); });
    };
    m_chip->setProperty("kind",
        kindName(has(MessageKind::Error)         ? MessageKind::Error
                : has(MessageKind::Warning) ? MessageKind::Warning
                                            : MessageKind::Info));
    m_chip->style()->polish(m_chip);
    m_chip->setVisible(m_folded);
    for (QFrame* frame : all)
        frame->setVisible(!m_folded);
    setVisible(!all.isEmpty());
    place();
}

/// The newest messages, as many as leave the picture in sight.
void MessageStrip::showWhatFits(int height)
{
    const auto all = frames();
    for (qsizetype i = 0; i + 1 < all.size() && m_layout->heightForWidth(width()) > height; ++i) {
        all[i]->setVisible(false);
        m_layout->activate();
    }
}

/// Between what the picture's corners say where there is room, below it otherwise: who is shown stays readable.
void MessageStrip::place()
{
    if (!m_picture || isHidden())
        return;
    const QRect area(m_picture->mapTo(parentWidget(), QPoint()), m_picture->size());
    const int below = 14 + kCornerLines * (fontMetrics().height() + 3);
    m_layout->activate();
    if (m_folded) {
        const QSize size = m_chip->sizeHint();
        setGeometry(area.left() + 14, area.top() + below, size.width(), size.height());
    } else {
        const int width = std::min(area.width() - 2 * kStripMargin, scaled(kWidth));
        const bool between = area.width() >= width + 2 * scaled(kCorner);
        resize(width, height());
        showWhatFits(area.height() * 3 / 5);
        setGeometry(area.left() + (area.width() - width) / 2, area.top() + (between ? kStripMargin : below), width,
            std::min(m_layout->heightForWidth(width), area.height() - 2 * kStripMargin));
    }
    raise();
}

bool MessageStrip::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Resize:
    case QEvent::Move:
        if (watched == m_picture)
            place();
        break;
    case QEvent::Wheel:
    case QEvent::MouseButtonPress:
    case QEvent::KeyPress:
        if (!frames().isEmpty() && m_sinceNewest.hasExpired(kReadMs))
            setFolded(true);
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

/// The pointer is meant for the picture below.
void MessageStrip::wheelEvent(QWheelEvent* event)
{
    setFolded(true);
    event->accept();
}

void MessageStrip::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        setFolded(true);
    else
        QWidget::keyPressEvent(event);
}

void MessageStrip::enterEvent(QEnterEvent* event)
{
    if (!m_folded && m_picture)
        m_rest->start();
    QWidget::enterEvent(event);
}

void MessageStrip::leaveEvent(QEvent* event)
{
    m_rest->stop();
    QWidget::leaveEvent(event);
}

} // namespace ui
