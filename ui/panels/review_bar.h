#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace ui {

/// Below the picture on the Relabel page: the case's sentence, a note for the decision, what is known about the mask,
/// and accept, edit, reject, next.
class ReviewBar : public QWidget
{
    Q_OBJECT

public:
    enum class State {
        NoCase,
        Busy, ///< A case is being read or a decision kept.
        Shown, ///< With a mask to decide on.
        WithoutMask, ///< Only drawing one is possible.
        Editing,
    };

    explicit ReviewBar(QWidget* parent = nullptr);

    void setState(State state);
    State state() const { return m_state; }
    /// The case's sentence, and which model made the mask and how sure it was; plain text.
    void setCase(const QString& sentence, const QString& about);
    QString sentence() const;
    /// What the reader gives as a reason; taken and emptied with each decision.
    QString takeNote();
    void focusNote();

Q_SIGNALS:
    void acceptRequested();
    void editRequested();
    void rejectRequested();
    void nextRequested();
    /// The reader wrote another sentence and pressed Return or left the field.
    void sentenceChanged(const QString& sentence);

private:
    QString stateText() const;

    State m_state = State::NoCase;
    QString m_given; ///< The sentence as it stands in the cohort.
    QLineEdit* m_sentence;
    QLineEdit* m_note;
    QLabel* m_about;
    QPushButton* m_accept;
    QPushButton* m_edit;
    QPushButton* m_reject;
    QPushButton* m_next;
    QString m_aboutText;
};

} // namespace ui
