#pragma once

#include <QElapsedTimer>
#include <QFrame>
#include <QPointer>

class QTimer;
class QToolButton;
class QVBoxLayout;

namespace ui {

struct Message;
class Messages;
enum class MessageKind;

/// The messages, lying over the picture, whose size they never change: nothing to click away before work can go on.
/// When the user goes on with the picture, or the pointer rests on them, they fold into a small button that counts
/// them.
class MessageStrip : public QWidget
{
    Q_OBJECT

public:
    /// `messages` must outlive the strip.
    explicit MessageStrip(Messages& messages, QWidget* parent = nullptr);

    /// Lies over the top of `picture`, which may hold others, in place of what it lay over before, and follows its size. Its own parent must
    /// be the picture's, or one further out.
    void lieOver(QWidget* picture);

    /// Unfolds and gives the keyboard to what the newest message offers.
    void focusNewest();
    bool isFolded() const { return m_folded; }
    void setFolded(bool folded);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void add(quint64 number, const Message& message);
    void drop(quint64 number);
    QFrame* makeFrame(quint64 number, const Message& message);
    void addButtons(QFrame& frame, quint64 number, const Message& message);
    QList<QFrame*> frames() const;
    void listenTo(QWidget& picture, bool listen);
    void changed();
    void showWhatFits(int height);
    void place();

    Messages& m_messages;
    QVBoxLayout* m_layout;
    QToolButton* m_chip;
    QTimer* m_rest; ///< The pointer has been over the messages since it began.
    QPointer<QWidget> m_picture;
    QElapsedTimer m_sinceNewest;
    bool m_folded = false;
};

} // namespace ui
