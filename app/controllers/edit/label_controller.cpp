#include "app/controllers/edit/label_controller.h"

#include "annotations/tools/erase_plane.h"
#include "app/controllers/edit/size_text.h"
#include "app/workflow/label_names.h"
#include "app/workflow/proposal.h"
#include "ui/actions.h"
#include "ui/messages.h"
#include "ui/models/label_list.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <array>

namespace app {

namespace {

const QString kLabelMessage = QStringLiteral("label");

} // namespace

void sayLocked(ui::Messages& messages)
{
    messages.show({kLabelMessage, ui::MessageKind::Warning,
        LabelController::tr(
            "The chosen label is locked or hidden: choose another one in the Labels tab, or unlock it."),
        {}, {}});
}

LabelController::LabelController(Session& session, ui::Actions& actions, ui::LabelList& list, ui::Messages& messages,
    ui::ShownPicture& picture, ui::ViewState& state)
    : m_session(session)
    , m_list(list)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
{
    connect(actions.clearSlice, &QAction::triggered, this, [this] { clearLabel(ui::ClearExtent::Slice); });
    connect(actions.clearLabel, &QAction::triggered, this, [this] { clearLabel(ui::ClearExtent::AllSlices); });
    connect(&session, &Session::opened, this, [this] {
        m_list.setSliceCount(m_session.volume()->grid().slices);
        updateLabels();
    });
    connect(&session, &Session::closed, this, [this] { m_list.setLabels({}); });
    connect(&session, &Session::maskChanged, this, &LabelController::updateSizes);
    connect(&session, &Session::labelsChanged, this, &LabelController::updateLabels);
    connect(&session, &Session::activeLabelChanged, &list, &ui::LabelList::setActive);
    connect(&list, &ui::LabelList::activeRequested, &session, &Session::setActiveLabel);
    connect(&list, &ui::LabelList::labelsEdited, this, &LabelController::takeEdited);
    connect(&list, &ui::LabelList::clearRequested, this, &LabelController::clearLabel);
    connect(&list, &ui::LabelList::removeRequested, this, &LabelController::removeLabel);
}

void LabelController::updateLabels()
{
    m_list.setLabels(m_session.labels());
    m_list.setActive(m_session.activeLabel());
    m_picture.setLabels(m_session.labels());
    updateSizes();
}

void LabelController::updateSizes()
{
    QStringList sizes;
    for (const auto& label : m_session.labels())
        sizes << (m_session.isOpen() ? sizeText(m_session.voxelsOf(label.value), *m_session.volume()) : tr("empty"));
    m_list.setSizes(sizes);
}

/// A name that says something else than the label's code takes the code along, in the same step.
void LabelController::takeEdited(annotations::LabelTable labels)
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
        m_messages.show({kLabelMessage, ui::MessageKind::Info, said, {}, {}});
}

/// One step, so that a click too many costs nothing.
void LabelController::clearLabel(ui::ClearExtent extent)
{
    const auto* label = m_session.label(m_session.activeLabel());
    if (!label)
        return;
    if (label->locked || !label->visible)
        return sayLocked(m_messages);
    const QString name = QString::fromStdString(label->name);
    const std::uint16_t value = label->value;
    const bool all = extent == ui::ClearExtent::AllSlices;
    const auto plane = m_state.plane(m_state.planeInHand());
    const auto edit = m_session.beginEdit();
    if (!edit || !plane)
        return;
    if (all)
        eraseAll(*edit, value);
    else
        annotations::eraseOnPlane(*edit, *plane, value);
    const QString step = all ? tr("Clear “%1”").arg(name) : tr("Clear “%1” on %2").arg(name, planeText());
    if (m_session.commit(*edit, step))
        return;
    const bool held = m_session.drawRules() != annotations::DrawRules();
    const QString empty = held ? tr("Nothing of “%1” was cleared: “Draw over” lets only other voxels be changed.")
        : all                  ? tr("“%1” has no mask to clear.")
                               : tr("“%1” has no mask on this slice.");
    m_messages.show({kLabelMessage, ui::MessageKind::Info, empty.arg(name), {}, {}});
}

/// What the view in hand shows, as the name of a step says it.
QString LabelController::planeText() const
{
    const ui::ViewPlane which = m_state.planeInHand();
    const int number = m_state.layer(which) + 1;
    switch (which) {
    case ui::ViewPlane::Stored:
        return tr("slice %1").arg(number);
    case ui::ViewPlane::Axial:
        return tr("axial plane %1").arg(number);
    case ui::ViewPlane::Coronal:
        return tr("coronal plane %1").arg(number);
    case ui::ViewPlane::Sagittal:
        return tr("sagittal plane %1").arg(number);
    case ui::ViewPlane::Oblique:
        break;
    }
    return tr("an oblique plane");
}

void LabelController::eraseAll(annotations::MaskEdit& edit, std::uint16_t value) const
{
    const std::array<std::uint16_t, 1> values{value};
    for (int slice = 0; slice < edit.grid().slices; ++slice)
        if (m_session.voxelsOnSlice(slice) > 0)
            eraseLabels(edit, slice, values);
}

/// The label and its mask, as one step.
void LabelController::removeLabel(quint16 value)
{
    const auto* label = m_session.label(value);
    if (!label || m_session.labels().size() < 2)
        return;
    const QString name = QString::fromStdString(label->name);
    const bool drawn = m_session.voxelsOf(value) > 0;
    if (drawn && (label->locked || !label->visible))
        return sayLocked(m_messages);
    const auto edit = m_session.beginEdit(EditKind::WholeLabels);
    if (!edit)
        return;
    if (drawn)
        eraseAll(*edit, value);
    auto labels = m_session.labels();
    std::erase_if(labels, [=](const auto& other) { return other.value == value; });
    m_session.commit(*edit, tr("Remove “%1”").arg(name), labels);
    if (drawn)
        m_messages.show({kLabelMessage, ui::MessageKind::Info,
            tr("“%1” was removed with its mask; Ctrl+Z brings both back.").arg(name), {}, {}});
}

} // namespace app
