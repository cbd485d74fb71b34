#pragma once

#include <QFrame>
#include <QString>

#include <functional>

class QVBoxLayout;

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

/// Messages above the picture: nothing to click away before work can go on.
class MessageStrip : public QWidget
{
    Q_OBJECT

public:
    explicit MessageStrip(QWidget* parent = nullptr);

    void show(const Message& message);
    void remove(const QString& id);
    void clear();
    /// Gives the keyboard to what the newest message offers.
    void focusNewest();
    /// The texts shown, newest last.
    QStringList texts() const;

private:
    void dropOldest();

    QVBoxLayout* m_layout;
};

} // namespace ui
