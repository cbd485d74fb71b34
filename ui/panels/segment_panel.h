#pragma once

#include "annotations/report/reading.h"

#include <QWidget>

#include <utility>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QVBoxLayout;

namespace ui {

class AcceptRow;
class ElidedLabel;
class ExplainForm;
class PromptList;
class ReadingChips;
class ReportForm;

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
    annotations::ReportFields fields() const;
    /// The fields show what the sentence says; otherwise they are greyed and a line says so.
    bool fieldsAreApart() const;
    /// The finding that the model draws; empty: any, in any words.
    void setModelFinding(const QString& finding);
    /// Whether "left" and "right" mean the picture's sides rather than the patient's.
    bool pictureSides() const;
    void focusSentence();

    /// How many slices the picture has; one leaves no choice.
    void setSliceCount(int slices);
    void chooseAllSlices();
    /// First and last slice to run on, from 0, when `shown` is the one on the screen.
    std::pair<int, int> slicesToRun(int shown) const;

    void setState(State state);
    State state() const { return m_state; }
    /// The sentence as the model will see it, with whose sides it names; empty hides the line.
    void setModelText(const QString& text);
    /// Warm box under the sliders; empty hides it.
    void setHint(const QString& text);
    void setTiming(const QString& text);
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
    void stepOpacity(int steps);

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

private:
    void fill(QVBoxLayout& column);
    QWidget* makeDecision();
    QWidget* makeSentence();
    QWidget* makeSlices();
    QWidget* makeRunRow();
    QWidget* makeSliders();
    QWidget* makeFinishRow();
    QWidget* makeApart();
    void fieldsEdited();
    void sentenceEdited();
    void read();
    QString withFields() const;
    void rewrite(const QString& text);

    State m_state = State::NoPicture;
    ReportForm* m_form;
    QWidget* m_apart;
    ExplainForm* m_explain;
    QPlainTextEdit* m_sentence;
    QComboBox* m_sides;
    ReadingChips* m_chips;
    QLabel* m_why;
    QLabel* m_understood;
    QLabel* m_modelText;
    QWidget* m_slices;
    QComboBox* m_which;
    QSpinBox* m_first;
    QSpinBox* m_last;
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
    QString m_modelFinding;
    annotations::ReportReading m_reading; ///< Of the sentence.
    annotations::ReadingChoice m_choice;
};

} // namespace ui
