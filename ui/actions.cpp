#include "ui/actions.h"

#include "ui/tools/tool_table.h"
#include "ui/views/view_state.h"

#include <QActionGroup>

namespace ui {

Actions::Actions(QObject* parent)
    : ActionSet(parent)
{
    makeEditActions();
    makeViewActions();
    makeLayoutActions();
    makeCineActions();
    makeProgramActions();
}

void Actions::makeEditActions()
{
    undo = add(tr("Undo"), QStringLiteral("Ctrl+Z"), QStringLiteral("undo"));
    redo = add(tr("Redo"), QStringLiteral("Ctrl+Shift+Z"), QStringLiteral("redo"));
    redo->setShortcuts({QKeySequence(QStringLiteral("Ctrl+Shift+Z")), QKeySequence(QStringLiteral("Ctrl+Y"))});
    auto* oneOf = new QActionGroup(this);
    for (const auto& row : ui::tools()) {
        tools << addCheckable(row.name, row.key, row.icon);
        oneOf->addAction(tools.last());
    }
    tools.first()->setChecked(true);
    brushLarger = add(tr("Larger Brush"), QStringLiteral("]"));
    brushSmaller = add(tr("Smaller Brush"), QStringLiteral("["));
    keyCursor = addCheckable(tr("Keyboard Cursor"), QStringLiteral("K"));
    drawOver = add(tr("Draw Over"), {});
    clearSlice = add(tr("Clear the Label on This Slice"), QStringLiteral("Ctrl+Backspace"));
    clearLabel = add(tr("Clear the Label on All Slices"), QStringLiteral("Ctrl+Shift+Backspace"));
    removeMeasurement = add(tr("Remove the Measurement"), QStringLiteral("Shift+Delete"));
    removeMeasurements = add(tr("Remove All Measurements"), {});
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
    for (int key = 1; key <= 9; ++key)
        presets << add(tr("Window %1").arg(key), QString::number(key));
    presetMenu = add(tr("Window"), {});
}

void Actions::makeLayoutActions()
{
    singleLayout = addCheckable(tr("One Picture"), QStringLiteral("F5"), QStringLiteral("layout-single"));
    planesLayout = addCheckable(tr("Four Planes"), QStringLiteral("F6"), QStringLiteral("layout-planes"));
    planesAndSolidLayout =
        addCheckable(tr("Three Planes and 3-D"), QStringLiteral("F7"), QStringLiteral("layout-solid"));
    solidLayout = addCheckable(tr("3-D Only"), QStringLiteral("Shift+F7"));
    viewAlone = addCheckable(tr("This View Alone"), QStringLiteral("Shift+F6"));
    noSlab = addCheckable(tr("No Slab"), QStringLiteral("Alt+0"));
    maximumSlab = addCheckable(tr("Maximum (MIP)"), QStringLiteral("Alt+1"));
    minimumSlab = addCheckable(tr("Minimum (MinIP)"), QStringLiteral("Alt+2"));
    meanSlab = addCheckable(tr("Mean"), QStringLiteral("Alt+3"));
    slabThicker = add(tr("Thicker Slab"), QStringLiteral("Ctrl+Shift+Up"));
    slabThinner = add(tr("Thinner Slab"), QStringLiteral("Ctrl+Shift+Down"));
    slabMenu = add(tr("Slab"), {});
    auto* oneLayout = new QActionGroup(this);
    for (const auto& [layout, action] : layouts())
        oneLayout->addAction(action);
    auto* oneSlab = new QActionGroup(this);
    for (const auto& [projection, action] : slabs())
        oneSlab->addAction(action);
}

void Actions::makeCineActions()
{
    cine = addCheckable(tr("Play the Slices"), QStringLiteral("F12"));
    auto* oneSpeed = new QActionGroup(this);
    for (const int speed : {5, 10, 15, 20}) {
        cineSpeeds << addCheckable(tr("%1 Slices a Second").arg(speed), {});
        cineSpeeds.last()->setData(speed);
        oneSpeed->addAction(cineSpeeds.last());
    }
    cineSpeeds[1]->setChecked(true);
    cineBounce = addCheckable(tr("Back and Forth"), {});
    cineMenu = add(tr("Cine"), {});
}

std::vector<std::pair<ViewLayout, QAction*>> Actions::layouts() const
{
    return {{ViewLayout::Single, singleLayout}, {ViewLayout::Planes, planesLayout},
        {ViewLayout::PlanesAndSolid, planesAndSolidLayout}, {ViewLayout::Solid, solidLayout}};
}

std::vector<std::pair<std::optional<imaging::Projection>, QAction*>> Actions::slabs() const
{
    return {{std::nullopt, noSlab}, {imaging::Projection::Maximum, maximumSlab},
        {imaging::Projection::Minimum, minimumSlab}, {imaging::Projection::Mean, meanSlab}};
}

void Actions::showLayout(const ViewState& state)
{
    m_canBeCut = state.canBeCut();
    for (const auto& [layout, action] : layouts())
        action->setChecked(layout == state.layout());
    viewAlone->setChecked(state.alone().has_value());
    std::optional<imaging::Projection> shown;
    if (state.slab())
        shown = state.slab()->projection;
    for (const auto& [projection, action] : slabs())
        action->setChecked(projection == shown);
    enableLayouts();
}

/// A picture that cannot be cut is shown alone; a message at the picture says why.
void Actions::enableLayouts()
{
    for (const auto& [layout, action] : layouts())
        action->setEnabled(m_inSight && (m_canBeCut || layout == ViewLayout::Single));
    for (QAction* action : {viewAlone, noSlab, maximumSlab, minimumSlab, meanSlab, slabThicker, slabThinner, slabMenu})
        action->setEnabled(m_inSight && m_canBeCut);
}

void Actions::makeProgramActions()
{
    focusPicture = add(tr("Go to the Picture"), QStringLiteral("Ctrl+P"));
    focusMessages = add(tr("Go to the Messages"), QStringLiteral("F8"));
    lightTheme = addCheckable(tr("Light Theme"), {});
    textLarger = add(tr("Larger Text"), QStringLiteral("Ctrl++"));
    textLarger->setShortcuts({QKeySequence(QStringLiteral("Ctrl++")), QKeySequence(QStringLiteral("Ctrl+="))});
    textSmaller = add(tr("Smaller Text"), QStringLiteral("Ctrl+-"));
    textNormal = add(tr("Text of Normal Size"), QStringLiteral("Ctrl+0"));
    fullScreen = addCheckable(tr("Full Screen"), QStringLiteral("F11"));
    palette = add(tr("Find a Command…"), QStringLiteral("Ctrl+K"));
    shortcuts = add(tr("Keyboard and Mouse"), QStringLiteral("F1"));
    about = add(tr("About Limn"), {});
    quit = add(tr("Quit"), QStringLiteral("Ctrl+Q"));
}

QAction* Actions::tool(ToolId id) const
{
    return tools[&toolRow(id) - ui::tools().data()];
}

/// All that need a view, but those that the history has a say in.
QList<QAction*> Actions::ofThePicture() const
{
    return tools + presets + cineSpeeds
        + QList<QAction*>{brushLarger, brushSmaller, keyCursor, drawOver, clearSlice, clearLabel, removeMeasurement, removeMeasurements, nextSlice, previousSlice,
            windowWider, windowNarrower, levelUp, levelDown, presetMenu, cine, cineBounce, cineMenu, fit, actualSize, zoomIn, zoomOut, invert,
            smooth, showMasks, contourOnly, opacityUp, opacityDown, focusPicture};
}

void Actions::setPictureInSight(bool inSight)
{
    m_inSight = inSight;
    for (QAction* action : ofThePicture())
        action->setEnabled(inSight);
    enableLayouts();
    setHistory(m_canUndo, m_canRedo);
}

void Actions::setHistory(bool canUndo, bool canRedo)
{
    m_canUndo = canUndo;
    m_canRedo = canRedo;
    undo->setEnabled(m_inSight && canUndo);
    redo->setEnabled(m_inSight && canRedo);
}

} // namespace ui
