#include "ui/actions.h"

#include "ui/icons.h"

#include <QAction>
#include <QActionGroup>
#include <QWidget>

namespace ui {

Actions::Actions(QWidget* window)
    : QObject(window)
{
    makeStudyActions();
    makeEditActions();
    makeViewActions();
    makeSegmentActions();
    makeRelabelActions();
    setPage(Page::Segment);
    window->addActions(all());
}

void Actions::makeStudyActions()
{
    openFolder = add(tr("Open Folder…"), QStringLiteral("Ctrl+O"), QStringLiteral("open"));
    openFile = add(tr("Open File…"), QStringLiteral("Ctrl+Shift+O"));
    openMask = add(tr("Open Mask…"), QStringLiteral("Ctrl+M"));
    nextSeries = add(tr("Next Series"), QStringLiteral("Ctrl+PgDown"));
    previousSeries = add(tr("Previous Series"), QStringLiteral("Ctrl+PgUp"));
    findPatient = add(tr("Find a Patient"), QStringLiteral("Ctrl+F"));
    saveSeg = add(tr("Save Masks as DICOM SEG…"), QStringLiteral("Ctrl+S"), QStringLiteral("save"));
    closeStudy = add(tr("Close Study"), QStringLiteral("Ctrl+W"));
    quit = add(tr("Quit"), QStringLiteral("Ctrl+Q"));
    send = add(tr("Send to Archive…"), QStringLiteral("Ctrl+E"), QStringLiteral("send"));
    finishStudy = add(tr("Accept, Save, Send, Next"), QStringLiteral("F9"));
    shortcuts = add(tr("Keyboard and Mouse"), QStringLiteral("F1"));
    about = add(tr("About Limn"), {});
}

void Actions::makeEditActions()
{
    undo = add(tr("Undo"), QStringLiteral("Ctrl+Z"), QStringLiteral("undo"));
    redo = add(tr("Redo"), QStringLiteral("Ctrl+Shift+Z"), QStringLiteral("redo"));
    redo->setShortcuts({QKeySequence(QStringLiteral("Ctrl+Shift+Z")), QKeySequence(QStringLiteral("Ctrl+Y"))});
    select = addCheckable(tr("Select"), QStringLiteral("V"), QStringLiteral("select"));
    brush = addCheckable(tr("Brush"), QStringLiteral("B"), QStringLiteral("brush"));
    eraser = addCheckable(tr("Eraser"), QStringLiteral("E"), QStringLiteral("eraser"));
    auto* tools = new QActionGroup(this);
    for (QAction* tool : {select, brush, eraser})
        tools->addAction(tool);
    select->setChecked(true);
    brushLarger = add(tr("Larger Brush"), QStringLiteral("]"));
    brushSmaller = add(tr("Smaller Brush"), QStringLiteral("["));
    keyCursor = addCheckable(tr("Keyboard Cursor"), QStringLiteral("K"));
    clearSlice = add(tr("Clear the Label on This Slice"), QStringLiteral("Ctrl+Backspace"));
    clearLabel = add(tr("Clear the Label on All Slices"), QStringLiteral("Ctrl+Shift+Backspace"));
}

void Actions::makeViewActions()
{
    nextSlice = add(tr("Next Slice"), QStringLiteral("Alt+Down"));
    previousSlice = add(tr("Previous Slice"), QStringLiteral("Alt+Up"));
    windowWider = add(tr("Wider Window"), QStringLiteral("Ctrl+Right"));
    windowNarrower = add(tr("Narrower Window"), QStringLiteral("Ctrl+Left"));
    levelUp = add(tr("Higher Level"), QStringLiteral("Ctrl+Up"));
    levelDown = add(tr("Lower Level"), QStringLiteral("Ctrl+Down"));
    fit = add(tr("Fit to Window"), QStringLiteral("F"), QStringLiteral("fit"));
    actualSize = add(tr("One to One"), QStringLiteral("Ctrl+1"));
    zoomIn = add(tr("Zoom In"), QStringLiteral("+"));
    zoomIn->setShortcuts({QKeySequence(QStringLiteral("+")), QKeySequence(QStringLiteral("="))});
    zoomOut = add(tr("Zoom Out"), QStringLiteral("-"));
    invert = addCheckable(tr("Invert Grey Values"), QStringLiteral("I"));
    smooth = addCheckable(tr("Smooth Pixels"), QStringLiteral("Ctrl+I"));
    smooth->setChecked(true);
    showMasks = addCheckable(tr("Show Masks"), QStringLiteral("M"), QStringLiteral("overlay"));
    showMasks->setChecked(true);
    contourOnly = addCheckable(tr("Contours Only"), QStringLiteral("C"), QStringLiteral("contour"));
    opacityUp = add(tr("More Opaque Masks"), QStringLiteral("Shift+O"));
    opacityDown = add(tr("Less Opaque Masks"), QStringLiteral("O"));
    lightTheme = addCheckable(tr("Light Theme"), {});
    textLarger = add(tr("Larger Text"), QStringLiteral("Ctrl++"));
    textLarger->setShortcuts({QKeySequence(QStringLiteral("Ctrl++")), QKeySequence(QStringLiteral("Ctrl+="))});
    textSmaller = add(tr("Smaller Text"), QStringLiteral("Ctrl+-"));
    textNormal = add(tr("Text of Normal Size"), QStringLiteral("Ctrl+0"));
    fullScreen = addCheckable(tr("Full Screen"), QStringLiteral("F11"));
    for (int key = 1; key <= 9; ++key)
        presets << add(tr("Window %1").arg(key), QString::number(key));
}

void Actions::makeSegmentActions()
{
    focusSentence = add(tr("Write the Sentence"), QStringLiteral("T"));
    focusPicture = add(tr("Go to the Picture"), QStringLiteral("Ctrl+P"));
    focusMessages = add(tr("Go to the Messages"), QStringLiteral("F8"));
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
}

void Actions::makeRelabelActions()
{
    segmentPage = addCheckable(tr("Segment"), QStringLiteral("F3"));
    relabelPage = addCheckable(tr("Relabel"), QStringLiteral("F4"));
    auto* pages = new QActionGroup(this);
    pages->addAction(segmentPage);
    pages->addAction(relabelPage);
    newCohort = add(tr("New Cohort…"), QStringLiteral("Ctrl+N"));
    openCohort = add(tr("Open Cohort…"), QStringLiteral("Ctrl+Alt+O"));
    importCases = add(tr("Import into the Cohort…"), QStringLiteral("Ctrl+Alt+I"));
    predictCases = add(tr("Predict the Cases That Wait"), QStringLiteral("Ctrl+Alt+P"));
    trainModel = add(tr("Train a Model"), QStringLiteral("Ctrl+Alt+T"));
    stopTraining = add(tr("Stop the Training, Keep the Best"), {});
    exportCases = add(tr("Export the Cohort…"), QStringLiteral("Ctrl+Alt+E"));
    closeCohort = add(tr("Close Cohort"), QStringLiteral("Ctrl+Alt+W"));
    reviewAccept = add(tr("Accept the Case"), QStringLiteral("A"));
    reviewEdit = add(tr("Edit the Case"), QStringLiteral("E"));
    reviewReject = add(tr("Reject the Case"), QStringLiteral("R"));
    reviewNext = add(tr("Next Case"), QStringLiteral("N"));
    reviewBack = add(tr("Back to the Case Before"), QStringLiteral("P"));
    reviewNote = add(tr("Write a Note to the Decision"), QStringLiteral("Shift+N"));
    focusQueue = add(tr("Go to the Queue"), QStringLiteral("Q"));
}

void Actions::setPage(Page page)
{
    const bool relabel = page == Page::Relabel;
    for (QAction* action :
        {openFolder, openFile, send, openMask, saveSeg, closeStudy, nextSeries, previousSeries, findPatient,
            finishStudy, focusSentence, run, runAll, cancel, accept, discard, thresholdUp, thresholdDown, nextLabel, labelsTab, explain, showHeat})
        action->setVisible(!relabel);
    for (QAction* action : {importCases, predictCases, trainModel, stopTraining, exportCases, closeCohort, reviewAccept,
             reviewEdit, reviewReject, reviewNext, reviewBack, reviewNote, focusQueue})
        action->setVisible(relabel);
    eraser->setShortcut(QKeySequence(relabel ? QStringLiteral("Shift+E") : QStringLiteral("E")));
    (relabel ? relabelPage : segmentPage)->setChecked(true);
}

QAction* Actions::add(const QString& text, const QString& keys, const QString& icon)
{
    auto* action = new QAction(text, this);
    if (!keys.isEmpty())
        action->setShortcut(QKeySequence(keys));
    action->setProperty("iconName", icon);
    const QString plain = QString(text).remove(QChar(0x2026));
    action->setToolTip(keys.isEmpty()
            ? plain
            : QStringLiteral("%1 (%2)").arg(plain, action->shortcut().toString(QKeySequence::NativeText)));
    return action;
}

QAction* Actions::addCheckable(const QString& text, const QString& keys, const QString& icon)
{
    QAction* action = add(text, keys, icon);
    action->setCheckable(true);
    return action;
}

QList<QAction*> Actions::all() const
{
    return findChildren<QAction*>(Qt::FindDirectChildrenOnly);
}

void Actions::setIconColour(const QColor& colour)
{
    for (QAction* action : all())
        if (const QString name = action->property("iconName").toString(); !name.isEmpty())
            action->setIcon(icon(name, colour));
}

} // namespace ui
