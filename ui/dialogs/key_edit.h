#pragma once

#include <QKeySequenceEdit>

namespace ui {

/// A field for one key with its modifiers, taken as soon as it is pressed. Backspace and Delete mean none; Tab goes on
/// and Escape is left to the dialog.
class KeyEdit : public QKeySequenceEdit
{
    Q_OBJECT

public:
    using QKeySequenceEdit::QKeySequenceEdit;

Q_SIGNALS:
    /// By the user; empty: none.
    void chosen(const QKeySequence& key);

protected:
    void keyPressEvent(QKeyEvent* event) override;
};

} // namespace ui
