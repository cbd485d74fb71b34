#pragma once

#include <QElapsedTimer>
#include <QFrame>
#include <QPointer>
#include <QString>

#include <functional>

class QTimer;
class QToolButton;
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

/// Messages that lie over the picture, whose size they never change: nothing to click away before work can go on. When
/// the user goes on with the picture, or the pointer rests on them, they fold into a small button that counts them.
class MessageStrip : public QWidget
{
    Q_OBJECT

public:
    explicit MessageStrip(QWidget* parent = nullptr);

    /// Lies over the top of `picture`, beside which it must be in one parent, and follows its size.
    void lieOver(QWidget* picture);

    void show(const Message& message);
    void remove(const QString& id);
    void clear();
    /// Unfolds and gives the keyboard to what the newest message offers.
    void focusNewest();
    /// The texts there are, newest last, folded or not.
    QStringList texts() const;
    bool isFolded() const { return m_folded; }
    void setFolded(bool folded);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QFrame* makeFrame(const Message& message);
    void addButtons(QFrame& frame, const Message& message);
    QList<QFrame*> frames() const;
    void dropOldest();
    void changed();
    void showWhatFits(int height);
    void place();

    QVBoxLayout* m_layout;
    QToolButton* m_chip;
    QTimer* m_rest; ///< The pointer has been over the messages since it began.
    QPointer<QWidget> m_picture;
    QElapsedTimer m_sinceNewest;
    bool m_folded = false;
};

} // namespace ui
