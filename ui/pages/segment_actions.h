#pragma once

#include "ui/action_set.h"

namespace ui {

/// The commands of the Segment page: studies, the sentence and its proposals. Their keys are free on other pages.
class SegmentActions : public ActionSet
{
    Q_OBJECT

public:
    explicit SegmentActions(QObject* parent = nullptr);

    QAction* openFolder;
    QAction* openFile;
    QAction* openMask;
    QAction* nextSeries;
    QAction* previousSeries;
    QAction* findPatient;
    QAction* saveSeg;
    QAction* closeStudy;
    QAction* send;
    QAction* finishStudy; ///< Accept, save, send, next.

    QAction* focusSentence;
    QAction* run;
    QAction* runAll;
    QAction* cancel;
    QAction* accept;
    QAction* discard;
    QAction* thresholdUp;
    QAction* thresholdDown;
    QAction* nextLabel;
    QAction* explain;
    QAction* showHeat;
    QAction* labelsTab;
    QAction* classifyTab;
    QAction* reportTab;

private:
    void makeStudyActions();
    void makeSentenceActions();
};

} // namespace ui
