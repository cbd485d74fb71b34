#include "ui/pages/segment_actions.h"

namespace ui {

SegmentActions::SegmentActions(QObject* parent)
    : ActionSet(parent)
{
    finishStudy = add(tr("Accept, Save, Send, Next"), QStringLiteral("F9"));
    focusSentence = add(tr("Write the Sentence"), QStringLiteral("T"));
    run = add(tr("Segment"), QStringLiteral("Ctrl+Return"));
    run->setShortcuts({QKeySequence(QStringLiteral("Ctrl+Return")), QKeySequence(QStringLiteral("Ctrl+Enter"))});
    runAll = add(tr("Segment All Slices"), QStringLiteral("Ctrl+Shift+Return"));
    cancel = add(tr("Cancel the Run"), QStringLiteral("Ctrl+."));
    accept = add(tr("Accept the Mask"), QStringLiteral("A"));
    discard = add(tr("Discard the Proposal"), QStringLiteral("Ctrl+D"));
    thresholdUp = add(tr("Higher Threshold"), QStringLiteral("."));
    thresholdDown = add(tr("Lower Threshold"), QStringLiteral(","));
    nextLabel = add(tr("Next Label"), QStringLiteral("N"));
    explain = add(tr("Explain the Mask"), QStringLiteral("G"));
    showHeat = add(tr("Show or Hide the Heat"), QStringLiteral("H"));
    labelsTab = add(tr("Labels"), QStringLiteral("L"));
    classifyTab = add(tr("Classify"), QStringLiteral("Ctrl+L"));
    reportTab = add(tr("Report"), QStringLiteral("Ctrl+R"));
}

} // namespace ui
