#include "ui/dialogs/key_edit.h"

#include <QKeyEvent>

namespace ui {

void KeyEdit::keyPressEvent(QKeyEvent* event)
{
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_Escape)
        return event->ignore();
    if (plain && (event->key() == Qt::Key_Backspace || event->key() == Qt::Key_Delete)) {
        clear();
        Q_EMIT chosen({});
        return;
    }
    QKeySequenceEdit::keyPressEvent(event);
    const QKeySequence pressed = keySequence();
    if (pressed.isEmpty() || event->key() == Qt::Key_unknown)
        return; // A modifier alone, until a key comes with it.
    const QKeySequence key(pressed[pressed.count() - 1]);
    setKeySequence(key); // Waits for no second key.
    Q_EMIT chosen(key);
}

} // namespace ui
