#pragma once

#include "annotations/report/report_text.h"

#include <QColor>
#include <QWidget>

#include <utility>

class QAbstractButton;
class QComboBox;
class QLabel;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QVBoxLayout;

namespace ui {

class ExplainForm;
class ReportForm;

/// The Segment tab: fields and sentence, what goes to the model, run and cancel, threshold, opacity, accept, prompts.
class SegmentPanel : public QWidget
{
    Q_OBJECT

public:
    enum class State { NoPicture, Idle, Running, Proposal };

    explicit SegmentPanel(QWidget* parent = nullptr);

    QString sentence() const;
    void setSentence(const QString& text);
    annotations::ReportFields fields() const;
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
    /// A sentence that was run, newest first, with the colour of its mask.
    void addPrompt(const QString& text, const QString& detail, const QColor& colour);
    /// Replaces the second line of a prompt, counted from the newest.
    void setPromptDetail(int index, const QString& detail);
    void clearPrompts();
    /// What the masks can be saved as, and whether they can be sent; `why` says why not, for the tooltips.
    void setFileKinds(bool dicom, const QString& why);

    ExplainForm& explain() { return *m_explain; }

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
    void thresholdChanged(float threshold);
    void opacityChanged(double opacity);

private:
    void fill(QVBoxLayout& column);
    QWidget* makeSentence();
    QWidget* makeSlices();
    QWidget* makeRunRow();
    QWidget* makeSliders();
    QWidget* makeAcceptRow();
    QWidget* makePrompts();
    QWidget* makeFinishRow();
    void fieldsEdited();
    void sentenceEdited();

    State m_state = State::NoPicture;
    ReportForm* m_form;
    ExplainForm* m_explain;
    QPlainTextEdit* m_sentence;
    QComboBox* m_sides;
    QLabel* m_understood;
    QLabel* m_modelText;
    QWidget* m_slices;
    QComboBox* m_which;
    QSpinBox* m_first;
    QSpinBox* m_last;
    QPushButton* m_run;
    QPushButton* m_cancel;
    QLabel* m_timing;
    QSlider* m_threshold;
    QLabel* m_thresholdValue;
    QSlider* m_opacity;
    QLabel* m_opacityValue;
    QPushButton* m_accept;
    QPushButton* m_discard;
    QLabel* m_hint;
    QListWidget* m_prompts;
    QPushButton* m_save;
    QPushButton* m_send;
    bool m_canSend = true;
};

} // namespace ui
