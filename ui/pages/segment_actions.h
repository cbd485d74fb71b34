#pragma once

#include "ui/action_set.h"

namespace ui {

/// The commands of the Segment page alone: the sentence and its proposals. Their keys are free on other pages.
class SegmentActions : public ActionSet
{
    Q_OBJECT

public:
    explicit SegmentActions(QObject* parent = nullptr);

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
};

} // namespace ui
