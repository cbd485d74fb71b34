#include "app/controllers/edit/edit_controller.h"

#include "app/controllers/edit/label_controller.h"
#include "ui/actions.h"
#include "ui/messages.h"
#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <utility>

namespace app {

namespace {

const QString kToolMessage = QStringLiteral("tool");

} // namespace

EditController::EditController(Session& session, ui::Actions& actions, ui::Messages& messages,
    ui::ShownPicture& picture, ui::ViewState& state)
    : m_session(session)
    , m_actions(actions)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
{
    connect(&session, &Session::strokeMustEnd, this, [this] {
        if (isClicking())
            giveUp(tr("other work on the masks came first"));
        else if (m_edit)
            Q_EMIT strokeMustEnd();
    });
    connect(&state, &ui::ViewState::planesChanged, this, [this] {
        if (isClicking() && m_state.plane(m_which) != m_plane)
            giveUp(tr("another slice is shown"));
    });
    connect(&state, &ui::ViewState::toolChanged, this, [this](ui::ToolId tool) {
        if (isClicking() && tool != m_row->id)
            giveUp(tr("another tool was chosen"));
    });
    connect(&state, &ui::ViewState::drawRulesChanged, this, &EditController::holdToRules);
    connect(&session, &Session::labelsChanged, this, &EditController::holdToRules);
    connect(actions.undo, &QAction::triggered, this, &EditController::undo);
    connect(actions.redo, &QAction::triggered, &session, &Session::redo);
    connect(&session, &Session::opened, this, &EditController::pictureOpened);
    connect(&session, &Session::closed, this, &EditController::pictureClosed);
    connect(&session, &Session::maskChanged, &picture,
        [&picture](const annotations::MaskRegion& region) { picture.refreshMasks(region); });
    connect(&session, &Session::historyChanged, this, &EditController::updateUndoTexts);
    updateUndoTexts();
}

EditController::~EditController() = default;

void EditController::pictureOpened()
{
    abortStroke();
    m_picture.setLabelMap(m_session.labelMap());
}

void EditController::pictureClosed()
{
    m_tool.reset();
    m_edit.reset();
    showSketch();
    m_picture.setLabelMap(nullptr);
}

void EditController::beginStroke(QPointF pixel, ui::ToolId id, ui::ViewPlane which)
{
    const bool gaveUp = isClicking(); // The view it is drawn in would have sent a click.
    if (gaveUp)
        giveUp(tr("another view was clicked"));
    abortStroke();
    const auto& row = ui::toolRow(id);
    const auto plane = m_state.plane(which);
    if (!row.draws() || !plane || m_session.refusesEdit())
        return;
    const auto* label = m_session.label(m_session.activeLabel());
    const bool paints = row.kind.effect == annotations::ToolEffect::Paints;
    if (!label || (paints && (label->locked || !label->visible)))
        return sayLocked(m_messages);
    if (row.kind.reads != annotations::ToolReads::Nothing && m_session.volume()->components() != 1)
        return say(tr("%1: it goes by grey values, and this picture is in colour. Choose another tool.").arg(row.name));
    m_edit = m_session.beginEdit();
    if (!m_edit)
        return;
    m_row = &row;
    m_which = which;
    m_plane = *plane;
    if (!gaveUp)
        m_messages.remove(kToolMessage);
    const QString name = QString::fromStdString(label->name);
    m_strokeName = row.step.contains(QStringLiteral("%1")) ? row.step.arg(name) : row.step;
    m_tool = row.kind.make(*m_edit,
        {.plane = *plane, .label = label->value, .radiusMm = m_state.brushRadiusMm(),
            .tip = m_state.choices().tip, .picture = m_session.volume().get(), .range = m_state.paintRange(),
            .region = m_state.choices().region, .cut = m_state.choices().cut});
    refresh(m_tool->begin({pixel.x(), pixel.y()}));
    updateUndoTexts();
}

/// Whether a tool is in use that is used by clicks.
bool EditController::isClicking() const
{
    return m_tool && m_row->isUsedByClicks();
}

void EditController::clickStroke(QPointF pixel, double reachMm)
{
    if (!isClicking())
        return;
    if (m_tool->click({pixel.x(), pixel.y()}, reachMm) == annotations::AfterClick::End)
        endStroke();
    else
        showSketch();
}

void EditController::releaseClick()
{
    if (!isClicking())
        return;
    if (m_tool->release() == annotations::AfterClick::End)
        endStroke();
    else
        showSketch();
}

void EditController::takeBackClick()
{
    if (!isClicking())
        return;
    if (m_tool->takeBack())
        showSketch();
    else
        abortStroke();
}

/// Corners without a mask are not worth a question, but they do not vanish unsaid.
void EditController::giveUp(const QString& since)
{
    const QString name = m_row->name;
    abortStroke();
    say(tr("%1: the outline was given up, since %2. Enter or a double click closes and keeps it.").arg(name, since));
}

/// Of an outline that is being drawn only the last corner.
void EditController::undo()
{
    if (isClicking())
        takeBackClick();
    else
        m_session.undo();
}

void EditController::say(const QString& text)
{
    m_messages.show({kToolMessage, ui::MessageKind::Info, text, {}, {}});
}

void EditController::moveStroke(QPointF pixel)
{
    if (m_tool)
        refresh(m_tool->move({pixel.x(), pixel.y()}));
}

void EditController::refresh(const std::optional<annotations::MaskRegion>& painted)
{
    if (painted)
        m_picture.refreshMasks(painted);
    showSketch();
}

void EditController::showSketch()
{
    auto outline = m_tool ? m_tool->outline() : annotations::ToolOutline();
    if (outline.empty())
        return m_picture.setSketch(std::nullopt);
    const bool paints = m_row->kind.effect == annotations::ToolEffect::Paints;
    const auto* label = m_session.label(m_session.activeLabel());
    const QRgb white = qRgb(255, 255, 255);
    const QRgb colour = paints && label ? qRgb(label->colour[0], label->colour[1], label->colour[2]) : white;
    m_picture.setSketch(ui::ToolSketch{m_plane, std::move(outline), colour});
}

void EditController::endStroke()
{
    if (!m_edit)
        return;
    if (m_tool->canEnd())
        return keepStroke();
    say(tr("An outline needs three corners or more: go on clicking, or give it up with Esc."));
}

void EditController::keepStroke()
{
    const bool clicked = isClicking();
    refresh(std::exchange(m_tool, nullptr)->end());
    const auto edit = std::move(m_edit);
    const bool kept =
        m_session.commit(*edit, m_strokeName, edit->changed() ? labelsAfterStroke() : m_session.labels());
    if (!kept)
        sayUnchanged(clicked);
    updateUndoTexts();
}

void EditController::sayUnchanged(bool clicked)
{
    if (m_session.drawRules() != annotations::DrawRules())
        say(tr("%1: nothing was changed. “Draw over” in the bar above lets only other voxels be changed.")
                .arg(m_row->name));
    else if (clicked)
        say(tr("%1: nothing was changed within the outline.").arg(m_row->name));
    else if (!m_row->hasSize())
        say(tr("%1: nothing was changed here.").arg(m_row->name));
}

/// A label that is gone is none to draw within.
void EditController::holdToRules()
{
    auto rules = m_state.drawRules();
    if (rules.over.mode == annotations::DrawOver::Mode::OnlyLabel && !m_session.label(rules.over.label)) {
        rules.over = {};
        m_state.setDrawRules(rules); // Comes back here.
        return say(tr("The label within which alone was drawn is gone: everything may be drawn over again."));
    }
    m_session.setDrawRules(rules);
}

void EditController::abortStroke()
{
    if (!m_edit)
        return;
    m_tool.reset();
    m_edit.reset(); // Takes back what was drawn.
    showSketch();
    m_picture.refreshMasks();
    updateUndoTexts();
}

/// A model's mask that was drawn on is no longer the model's alone.
annotations::LabelTable EditController::labelsAfterStroke() const
{
    auto labels = m_session.labels();
    auto* label = annotations::findLabel(labels, m_session.activeLabel());
    const bool drawnOn = m_row->kind.effect == annotations::ToolEffect::Paints;
    if (label && drawnOn && label->algorithm == annotations::AlgorithmType::Automatic)
        label->algorithm = annotations::AlgorithmType::SemiAutomatic;
    return labels;
}

void EditController::updateUndoTexts()
{
    // A stroke that is being drawn is ended and taken back by undo.
    const QString drawn = isClicking() ? tr("the last corner") : m_strokeName;
    const QString undo = m_edit ? drawn : m_session.undoName();
    const QString redo = m_session.redoName();
    m_actions.setHistory(m_edit || m_session.canUndo(), m_session.canRedo());
    m_actions.undo->setText(undo.isEmpty() ? tr("Undo") : tr("Undo %1").arg(undo));
    m_actions.redo->setText(redo.isEmpty() ? tr("Redo") : tr("Redo %1").arg(redo));
}

} // namespace app
