#pragma once

#include <QString>
#include <QWidget>

#include <cstdint>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace ui {

/// How a draft is to be written.
struct DraftWish
{
    QString prompt;
    int beams = 1;
    bool byChance = false; ///< Then there are no beams.
    std::uint64_t seed = 0;
};

/// What the draft begins with or answers, how its words are chosen, and the buttons that write and stop.
class DraftForm : public QWidget
{
    Q_OBJECT

public:
    enum class State { Off, Ready, Writing };
    /// What the model takes the prompt for.
    enum class Prompt { Beginning, Question, Either };

    explicit DraftForm(QWidget* parent = nullptr);

    DraftWish wish() const;
    void setPrompt(const QString& prompt);
    /// How many texts are followed at once.
    void setBeamCount(int beams);
    /// `example`: how a text may begin; empty: none is shown.
    void setPromptKind(Prompt kind, const QString& example = {});
    /// There is a draft, which can be written otherwise.
    void setHasDraft(bool has);
    /// Which of how many beams is shown, from 0; with less than two there is none to go on to.
    void setBeams(int shown, int count);
    void setState(State state);
    /// How long it took; empty hides it.
    void setTiming(const QString& text);
    void focusPrompt();
    /// Where Tab leaves the form.
    QWidget& lastPart() const;

Q_SIGNALS:
    void draftRequested();
    void stopRequested();
    void nextBeamRequested();

private:
    QWidget* makeOptions();
    QWidget* makeButtons();
    void again();
    void describe();

    State m_state = State::Off;
    bool m_hasDraft = false;
    int m_beamCount = 0;
    QLabel* m_promptName;
    QLineEdit* m_prompt;
    QSpinBox* m_beams;
    QPushButton* m_nextBeam;
    QCheckBox* m_chance;
    QSpinBox* m_seed;
    QPushButton* m_draft;
    QPushButton* m_stop;
    QPushButton* m_again;
    QLabel* m_timing;
};

} // namespace ui
