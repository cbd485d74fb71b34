#include "app/controllers/edit/edit_controller.h"

#include "app/workflow/label_names.h"
#include "app/workflow/proposal.h"
#include "ui/actions.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/labels_panel.h"
#include "ui/tools/tool_table.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <algorithm>
#include <array>
#include <utility>

namespace app {

namespace {

const QString kToolMessage = QStringLiteral("tool");

} // namespace

EditController::EditController(Session& session, ui::Actions& actions, ui::SegmentPage& page, ui::Messages& messages,
    ui::ShownPicture& picture, ui::ViewState& state)
    : m_session(session)
    , m_actions(actions)
    , m_page(page)
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
    connect(actions.undo, &QAction::triggered, this, &EditController::undo);
    connect(actions.redo, &QAction::triggered, &session, &Session::redo);
    connect(page.actions().nextLabel, &QAction::triggered, this, &EditController::nextLabel);
    connect(actions.clearSlice, &QAction::triggered, this, [this] { clearLabel(ui::ClearExtent::Slice); });
    connect(actions.clearLabel, &QAction::triggered, this, [this] { clearLabel(ui::ClearExtent::AllSlices); });

    connect(&session, &Session::opened, this, &EditController::pictureOpened);
    connect(&session, &Session::closed, this, &EditController::pictureClosed);
    connect(&session, &Session::maskChanged, this, [this](const annotations::MaskRegion& region) {
        m_picture.refreshMasks(region);
        updateSizes();
    });
    connect(&session, &Session::labelsChanged, this, &EditController::updateLabels);
    connect(&session, &Session::historyChanged, this, &EditController::updateUndoTexts);
    auto& labels = page.labels();
    connect(&session, &Session::activeLabelChanged, &labels, &ui::LabelsPanel::setActive);
    connect(&labels, &ui::LabelsPanel::activeRequested, &session, &Session::setActiveLabel);
    connect(&labels, &ui::LabelsPanel::labelsEdited, this, &EditController::takeEdited);
    connect(&labels, &ui::LabelsPanel::clearRequested, this, &EditController::clearLabel);
    connect(&labels, &ui::LabelsPanel::removeRequested, this, &EditController::removeLabel);
    updateUndoTexts();
}

EditController::~EditController() = default;

void EditController::pictureOpened()
{
    abortStroke();
    m_picture.setLabelMap(m_session.labelMap());
    m_page.labels().setSliceCount(m_session.volume()->grid().slices);
    updateLabels();
}

void EditController::pictureClosed()
{
    m_tool.reset();
    m_edit.reset();
    showSketch();
    m_picture.setLabelMap(nullptr);
    m_page.labels().setLabels({});
}

void EditController::beginStroke(QPointF pixel, ui::ToolId id, ui::ViewPlane which)
{
    abortStroke();
    const auto& row = ui::toolRow(id);
    const auto plane = m_state.plane(which);
    if (!row.draws() || !plane || m_session.refusesEdit())
        return;
    const auto* label = m_session.label(m_session.activeLabel());
    const bool paints = row.kind.effect == annotations::ToolEffect::Paints;
    if (!label || (paints && (label->locked || !label->visible)))
        return sayLocked();
    m_edit = m_session.beginEdit();
    if (!m_edit)
        return;
    m_row = &row;
    m_which = which;
    m_plane = *plane;
    m_messages.remove(kToolMessage);
    const QString name = QString::fromStdString(label->name);
    m_strokeName = row.step.contains(QStringLiteral("%1")) ? row.step.arg(name) : row.step;
    m_tool = row.kind.make(*m_edit, {*plane, label->value, m_state.brushRadiusMm()});
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

void EditController::sayLocked()
{
    m_messages.show({QStringLiteral("label"), ui::MessageKind::Warning,
        tr("The chosen label is locked or hidden: choose another one in the Labels tab, or unlock it."), {}, {}});
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
    if (outline.corners.empty())
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
    if (clicked && !kept)
        say(tr("%1: nothing was changed within the outline.").arg(m_row->name));
    updateUndoTexts();
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
    m_actions.undo->setEnabled(m_edit || m_session.canUndo());
    m_actions.redo->setEnabled(m_session.canRedo());
    m_actions.undo->setText(undo.isEmpty() ? tr("Undo") : tr("Undo %1").arg(undo));
    m_actions.redo->setText(redo.isEmpty() ? tr("Redo") : tr("Redo %1").arg(redo));
    m_actions.undo->setToolTip(m_actions.undo->text() + QStringLiteral(" (Ctrl+Z)"));
    m_actions.redo->setToolTip(m_actions.redo->text() + QStringLiteral(" (Ctrl+Shift+Z)"));
}

void EditController::updateLabels()
{
    m_page.labels().setLabels(m_session.labels());
    m_page.labels().setActive(m_session.activeLabel());
    m_picture.setLabels(m_session.labels());
    updateSizes();
}

void EditController::updateSizes()
{
    QStringList sizes;
    for (const auto& label : m_session.labels())
        sizes << sizeText(label.value);
    m_page.labels().setSizes(sizes);
}

QString EditController::sizeText(std::uint16_t value) const
{
    const std::size_t voxels = m_session.voxelsOf(value);
    if (voxels == 0 || !m_session.isOpen())
        return tr("empty");
    const auto& info = m_session.volume()->info();
    const auto& grid = m_session.volume()->grid();
    const double squareMm = static_cast<double>(voxels) * grid.spacingMm[0] * grid.spacingMm[1];
    if (info.spacing == imaging::SpacingKind::Unknown || !info.notRegular.empty())
        return tr("%1 px").arg(voxels);
    if (grid.slices == 1)
        return tr("%1 cm²").arg(squareMm / 100, 0, 'f', 1);
    return tr("%1 ml").arg(squareMm * grid.spacingMm[2] / 1000, 0, 'f', 2);
}

/// A name that says something else than the label's code takes the code along, in the same step.
void EditController::takeEdited(annotations::LabelTable labels)
{
    QString said;
    for (auto& label : labels) {
        const auto* before = m_session.label(label.value);
        if (!before || before->name == label.name)
            continue;
        label = recodedByName(label);
        if (label.type == before->type)
            continue;
        said = tr("“%1” now has the code “%2”, no longer “%3”; Ctrl+Z brings name and code back.")
                   .arg(QString::fromStdString(label.name), QString::fromStdString(label.type.meaning),
                       QString::fromStdString(before->type.meaning));
    }
    m_session.setLabels(labels);
    if (!said.isEmpty())
        m_messages.show({QStringLiteral("label"), ui::MessageKind::Info, said, {}, {}});
}

/// One step, so that a click too many costs nothing.
void EditController::clearLabel(ui::ClearExtent extent)
{
    const auto* label = m_session.label(m_session.activeLabel());
    if (!label)
        return;
    if (label->locked || !label->visible)
        return sayLocked();
    const QString name = QString::fromStdString(label->name);
    const std::uint16_t value = label->value;
    const bool all = extent == ui::ClearExtent::AllSlices;
    const int shown = m_state.slice();
    const auto edit = m_session.beginEdit();
    if (!edit)
        return;
    erase(*edit, value, all ? 0 : shown, all ? edit->grid().slices : shown + 1);
    const QString step = all ? tr("Clear “%1”").arg(name) : tr("Clear “%1” on slice %2").arg(name).arg(shown + 1);
    if (m_session.commit(*edit, step))
        return;
    const QString empty = all ? tr("“%1” has no mask to clear.") : tr("“%1” has no mask on this slice.");
    m_messages.show({QStringLiteral("label"), ui::MessageKind::Info, empty.arg(name), {}, {}});
}

void EditController::erase(annotations::MaskEdit& edit, std::uint16_t value, int first, int end) const
{
    const std::array<std::uint16_t, 1> values{value};
    for (int slice = first; slice < end; ++slice)
        if (m_session.voxelsOnSlice(slice) > 0)
            eraseLabels(edit, slice, values);
}

/// The label and its mask, as one step.
void EditController::removeLabel(quint16 value)
{
    const auto* label = m_session.label(value);
    if (!label || m_session.labels().size() < 2)
        return;
    const QString name = QString::fromStdString(label->name);
    const bool drawn = m_session.voxelsOf(value) > 0;
    if (drawn && (label->locked || !label->visible))
        return sayLocked();
    const auto edit = m_session.beginEdit();
    if (!edit)
        return;
    if (drawn)
        erase(*edit, value, 0, edit->grid().slices);
    auto labels = m_session.labels();
    std::erase_if(labels, [=](const auto& other) { return other.value == value; });
    m_session.commit(*edit, tr("Remove “%1”").arg(name), labels);
    if (drawn)
        m_messages.show({QStringLiteral("label"), ui::MessageKind::Info,
            tr("“%1” was removed with its mask; Ctrl+Z brings both back.").arg(name), {}, {}});
}

void EditController::nextLabel()
{
    const auto& labels = m_session.labels();
    const auto found = std::find_if(
        labels.begin(), labels.end(), [&](const auto& label) { return label.value == m_session.activeLabel(); });
    if (found == labels.end())
        return;
    m_session.setActiveLabel((found + 1 == labels.end() ? labels.begin() : found + 1)->value);
}

} // namespace app
