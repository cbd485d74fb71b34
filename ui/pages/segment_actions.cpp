#include "ui/pages/segment_actions.h"

namespace ui {

SegmentActions::SegmentActions(QObject* parent)
    : ActionSet(parent)
{
    makeStudyActions();
    makeSentenceActions();
}

void SegmentActions::makeStudyActions()
{
    openFolder = add(tr("Open Folder…"), QStringLiteral("Ctrl+O"), QStringLiteral("open"));
    openFile = add(tr("Open File…"), QStringLiteral("Ctrl+Shift+O"));
    openMask = add(tr("Open Mask…"), QStringLiteral("Ctrl+M"));
    nextSeries = add(tr("Next Series"), QStringLiteral("Ctrl+PgDown"));
    previousSeries = add(tr("Previous Series"), QStringLiteral("Ctrl+PgUp"));
    findPatient = add(tr("Find a Patient"), QStringLiteral("Ctrl+F"));
    saveSeg = add(tr("Save Masks as DICOM SEG…"), QStringLiteral("Ctrl+S"), QStringLiteral("save"));
    closeStudy = add(tr("Close Study"), QStringLiteral("Ctrl+W"));
    send = add(tr("Send to Archive…"), QStringLiteral("Ctrl+E"), QStringLiteral("send"));
    finishStudy = add(tr("Accept, Save, Send, Next"), QStringLiteral("F9"));
}

void SegmentActions::makeSentenceActions()
{
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
