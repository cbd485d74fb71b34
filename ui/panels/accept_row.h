#pragma once

#include <QWidget>

#include <array>

class QAction;
class QPushButton;
class QShortcut;
class QToolButton;

namespace ui {

class ElidedLabel;

/// Where the user wants an accepted proposal.
enum class AcceptInto { NewLabel, Add, Replace };

/// Accept with its choice of label, Discard, and a line that says what accepting will do.
class AcceptRow : public QWidget
{
    Q_OBJECT

public:
    enum class State {
        Off,
        Running, ///< There is no answer yet: accepting waits for it.
        Promised, ///< Accepted before the answer.
        Proposal,
    };

    explicit AcceptRow(QWidget* parent = nullptr);

    void setState(State state);
    AcceptInto into() const { return m_into; }
    void setInto(AcceptInto into);
    /// The name of the label that is drawn with.
    void setChosenLabel(const QString& name);
    /// The name that a new label would get.
    void setNewLabel(const QString& name);

Q_SIGNALS:
    void acceptRequested();
    void discardRequested();
    /// Escape, while the acceptance waits for its answer.
    void takeBackRequested();
    void intoChanged(ui::AcceptInto into);

private:
    void makeMenu();
    void describe();

    State m_state = State::Off;
    AcceptInto m_into = AcceptInto::NewLabel;
    QString m_chosen;
    QString m_new;
    QPushButton* m_accept;
    QToolButton* m_choose;
    QPushButton* m_discard;
    ElidedLabel* m_line;
    QShortcut* m_takeBack;
    std::array<QAction*, 3> m_choices{};
};

} // namespace ui
