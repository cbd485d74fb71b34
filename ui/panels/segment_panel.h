#pragma once

#include "imaging/laterality.h"

#include <QString>
#include <QWidget>

#include <utility>

class QLabel;
class QPushButton;
class QScrollArea;
class QSlider;
class QVBoxLayout;

namespace ui {

class AcceptRow;
class ElidedLabel;
class ExplainForm;
class PromptList;
class SentenceForm;
class SliceChoice;

/// The Segment tab: fields and sentence, what was read from it, what goes to the model, run and cancel, threshold,
/// opacity, accept, prompts.
class SegmentPanel : public QWidget
{
    Q_OBJECT

public:
    enum class State {
        NoPicture,
        Idle,
        Running,
        Proposal,
        Accepting, ///< The masks of a proposal are being made.
    };

    explicit SegmentPanel(QWidget* parent = nullptr);

    QString sentence() const;
    void setSentence(const QString& text);
    /// Empties sentence, fields, hints and prompts: another study.
    void clear();
    /// What "left" and "right" mean in the sentence.
    imaging::Sides textSides() const;
    SentenceForm& form() { return *m_form; }

    /// How many slices the picture has; one leaves no choice.
    void setSliceCount(int slices);
    void chooseAllSlices();
    /// First and last slice to run on, from 0, when `shown` is the one on the screen.
    std::pair<int, int> slicesToRun(int shown) const;

    void setState(State state);
    State state() const { return m_state; }
    /// Warm box under the sliders; empty hides it.
    void setHint(const QString& text);
    void setTiming(const QString& text);
    /// Warm line below the sentence, of one that a machine wrote; empty hides it.
    void setDraftMark(const QString& text);
    /// How a model finds that the sentence fits the picture.
    enum class Match { Fits, Doubtful };
    /// Says so below the sentence, warm where it is doubtful; empty hides it.
    void setMatch(const QString& text, Match match);
    /// In State::Running: the answer is to be accepted as soon as it is there.
    void setPromised(bool promised);
    /// What the masks can be saved as, and whether they can be sent; `why` says why not, for the tooltips.
    void setFileKinds(bool dicom, const QString& why);

    ExplainForm& explain() { return *m_explain; }
    AcceptRow& acceptRow() { return *m_accept; }
    PromptList& prompts() { return *m_prompts; }

    float threshold() const;
    void setThreshold(float threshold);
    double opacity() const;
    void setOpacity(double opacity);
    void stepThreshold(int steps);

Q_SIGNALS:
    void sentenceChanged();
    void runRequested();
    void cancelRequested();
    void acceptRequested();
    void discardRequested();
    void saveRequested();
    void sendRequested();
    /// Accept, save, send, next.
    void finishRequested();
    void thresholdChanged(float threshold);
    void opacityChanged(double opacity);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void showSentence();
    void fill(QVBoxLayout& column);
    QWidget* makeDecision();
    QWidget* makeRunRow();
    QWidget* makeSliders();
    QWidget* makeFinishRow();

    State m_state = State::NoPicture;
    SentenceForm* m_form;
    QLabel* m_draftMark;
    QLabel* m_match;
    QLabel* m_mismatch;
    QScrollArea* m_scroll;
    SliceChoice* m_slices;
    ExplainForm* m_explain;
    QPushButton* m_run;
    QPushButton* m_cancel;
    ElidedLabel* m_timing;
    QSlider* m_threshold;
    QLabel* m_thresholdValue;
    QSlider* m_opacity;
    QLabel* m_opacityValue;
    AcceptRow* m_accept;
    QLabel* m_hint;
    PromptList* m_prompts;
    QPushButton* m_save;
    QPushButton* m_send;
    QPushButton* m_finish;
    bool m_canSend = true;
};

} // namespace ui
