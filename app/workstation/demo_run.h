#pragma once

#include "ui/views/view_layout.h"

#include <QObject>
#include <QString>

#include <optional>

namespace app {

class Workstation;

/// What the workstation does by itself when scripts make pictures of it.
struct DemoOptions
{
    QString path;
    QString cohort; ///< A cohort to open instead; its first case is shown.
    QString mask; ///< A mask file to open on it; empty: none.
    QString text; ///< The sentence to write; empty: none.
    bool run = false; ///< Segment by the sentence and wait for the proposal.
    bool explain = false; ///< Show the Grad-CAM of the proposal, or of the likeliest class.
    bool accept = false; ///< Accept the proposal.
    bool confirm = false; ///< Run although the program has doubts.
    QString tab; ///< "classify" or "report": shown, and asked by `text` instead of segmenting; "labels": shown; else "segment".
    std::optional<int> slice; ///< From 1.
    std::optional<int> preset; ///< Window on key 1 to 9.
    std::optional<ui::ViewLayout> layout;
    QString screenshot; ///< Written at the end, then the program ends; empty: it stays open.
};

/// Opens, segments, takes the picture and ends the program, with exit code 1 and a sentence when something fails.
class DemoRun : public QObject
{
    Q_OBJECT

public:
    DemoRun(Workstation& workstation, DemoOptions options);

    void begin();

private:
    void showTab();
    void pictureReady();
    void showWhatWasAsked();
    void askClassifier();
    void classified();
    void askReporter();
    void proposed();
    void caseShown(qint64 id);
    void finish();
    void takePicture();
    void fail(const QString& why);

    Workstation& m_workstation;
    DemoOptions m_options;
    bool m_finished = false;
};

} // namespace app
