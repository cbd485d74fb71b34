#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>

namespace ui {

enum class MessageKind { Info, Warning, Error };

/// One sentence for the user, with at most one thing to do about it.
struct Message
{
    QString id; ///< A message with the same id is replaced; empty: none is.
    MessageKind kind = MessageKind::Info;
    QString text; ///< Plain text.
    QString actionText; ///< Empty: no button.
    std::function<void()> action;
    bool lasting = false; ///< Stays when the study is closed.
};

/// What the program has to say at the moment: the newest few messages. Controllers fill it, a MessageStrip shows it.
class Messages : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void show(const Message& message);
    void remove(const QString& id);
    /// All but the lasting ones.
    void clear();
    /// One message by its number.
    void dismiss(quint64 number);
    /// Newest last.
    QStringList texts() const;

Q_SIGNALS:
    /// `number` is this message's alone.
    void added(quint64 number, const ui::Message& message);
    void removed(quint64 number);

private:
    struct Numbered
    {
        quint64 number;
        Message message;
    };

    template <typename Condition> void removeWhere(Condition condition);

    QList<Numbered> m_messages; ///< Newest last.
    quint64 m_last = 0;
};

} // namespace ui
