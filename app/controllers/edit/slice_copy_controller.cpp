#include "app/controllers/edit/slice_copy_controller.h"

#include "annotations/filters/mask_filter.h"
#include "app/controllers/edit/filter_scope.h"
#include "app/controllers/edit/filter_text.h"
#include "app/controllers/edit/label_controller.h"
#include "ui/filter_actions.h"
#include "ui/messages.h"
#include "ui/qt_text.h"
#include "ui/views/view_state.h"

#include <QAction>

#include <cstddef>
#include <utility>

namespace app {

namespace {

const QString kSliceCopyMessage = QStringLiteral("sliceCopy");

} // namespace

SliceCopyController::SliceCopyController(
    Session& session, ui::FilterActions& actions, ui::Messages& messages, ui::ViewState& state)
    : m_session(session)
    , m_messages(messages)
    , m_state(state)
{
    connect(actions.copySlice, &QAction::triggered, this, &SliceCopyController::copy);
    connect(actions.pasteSlice, &QAction::triggered, this, &SliceCopyController::paste);
    connect(actions.toNextSlice, &QAction::triggered, this, [this] { takeTo(1); });
    connect(actions.toPreviousSlice, &QAction::triggered, this, [this] { takeTo(-1); });
}

void SliceCopyController::say(const QString& text)
{
    m_messages.show({kSliceCopyMessage, ui::MessageKind::Info, text, {}, {}});
}

/// The chosen label's on the slice in hand; nothing, and says why, where there is none.
std::optional<annotations::LayerCopy> SliceCopyController::shownMask()
{
    const auto* label = m_session.label(m_session.activeLabel());
    if (!m_session.isOpen() || !label)
        return std::nullopt;
    m_session.finishStroke();
    const auto layer = layerInHand(m_state, m_session.volume()->grid());
    if (!layer) {
        say(tr("An oblique plane is no slice: masks are copied between axial, coronal or sagittal ones."));
        return std::nullopt;
    }
    auto copy = annotations::copyLayer(*m_session.labelMap(), label->value, layer->across, layer->layer);
    if (!copy.voxels.empty())
        return copy;
    say(tr("“%1” has no mask on this slice.").arg(ui::qt(label->name)));
    return std::nullopt;
}

void SliceCopyController::copy()
{
    auto copied = shownMask();
    if (!copied)
        return;
    m_copy = std::move(copied);
    say(tr("The mask of this slice was copied: paste it onto another one, or choose another label first."));
}

bool SliceCopyController::mayDraw()
{
    if (!m_session.isOpen() || m_session.refusesEdit())
        return false;
    const auto* label = m_session.label(m_session.activeLabel());
    if (label && !label->locked && label->visible)
        return true;
    sayLocked(m_messages);
    return false;
}

void SliceCopyController::paste()
{
    if (!mayDraw())
        return;
    if (!m_copy)
        return say(tr("No mask was copied yet: copy that of a slice first."));
    const auto& grid = m_session.volume()->grid();
    const auto layer = layerInHand(m_state, grid);
    const auto& copied = m_copy->voxels.grid();
    const bool fits = layer && layer->across == m_copy->across && copied.columns == grid.columns
        && copied.rows == grid.rows && copied.slices == grid.slices;
    if (!fits)
        return say(tr("The mask that was copied is of another picture or direction: it does not fit this slice."));
    layOn(*m_copy, layer->layer, tr("Paste “%1”"));
}

void SliceCopyController::takeTo(int by)
{
    if (!mayDraw())
        return;
    const auto copied = shownMask();
    if (!copied)
        return;
    const auto& grid = m_session.volume()->grid();
    const int layer = m_state.layer(m_state.planeInHand()) + by;
    if (layer < 0 || layer >= imaging::layersAlong(grid, copied->across))
        return say(by > 0 ? tr("This is the last slice.") : tr("This is the first slice."));
    m_state.setLayer(m_state.planeInHand(), layer);
    layOn(*copied, layer, by > 0 ? tr("“%1” to the next slice") : tr("“%1” to the previous slice"));
}

/// What other labels hold stays with them.
bool SliceCopyController::layOn(const annotations::LayerCopy& copy, int layer, const QString& step)
{
    const auto edit = m_session.beginEdit();
    const auto voxels = annotations::onLayer(copy, layer);
    auto scope = wholeScope(m_session);
    scope.box = voxels.box();
    const auto outcome = annotations::addToLabel(annotations::blockOf(*m_session.labelMap()), voxels, scope);
    const std::size_t painted = annotations::paint(*edit, outcome);
    const QString name = step.arg(ui::qt(m_session.label(scope.label)->name));
    const bool changed = edit->changed();
    const bool kept = changed && m_session.commit(*edit, name, labelsAfterWork(m_session.labels(), scope.label));
    say(filterSentence(name, outcome, painted, *m_session.volume()));
    return kept;
}

} // namespace app
