#include "app/controllers/edit/filter_controller.h"

#include "app/controllers/edit/filter_scope.h"
#include "app/controllers/edit/filter_text.h"
#include "app/controllers/edit/label_controller.h"
#include "imaging/grid_frame.h"
#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/models/filter_table.h"
#include "ui/qt_text.h"
#include "ui/views/view_state.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace app {

namespace {

const QString kFilterChannel = QStringLiteral("filter");
const QString kFilterMessage = QStringLiteral("filter");

/// Voxels of a box that are copied at once: less than a drawn picture takes.
constexpr std::size_t kCopiedAtOnce = 2'000'000;

imaging::VoxelIndex voxelAt(const imaging::VoxelGrid& grid, imaging::PatientPoint point)
{
    const auto index = imaging::GridFrame(grid).toIndex(point);
    return {static_cast<int>(std::lround(index[0])), static_cast<int>(std::lround(index[1])),
        static_cast<int>(std::lround(index[2]))};
}

ui::FilterPicture pictureOf(const imaging::Volume& volume, const annotations::ValueRange& range)
{
    using Measure = annotations::MaskFilter::Measure;
    ui::FilterPicture picture;
    picture.isOpen = true;
    picture.valueUnit = volume.info().unit.empty() ? QString() : QLatin1Char(' ') + ui::qt(volume.info().unit);
    picture.wholeValues = volume.type() < imaging::VoxelType::Float32;
    picture.range = range;
    picture.calibrated = volume.info().spacing != imaging::SpacingKind::Unknown;
    picture.eachSliceOnly = volume.grid().slices > 1 && !volume.info().notRegular.empty();
    picture.measure = !picture.calibrated ? Measure::Voxels
        : volume.grid().slices == 1 || picture.eachSliceOnly ? Measure::Area
                                                             : Measure::Volume;
    return picture;
}

} // namespace

/// One order, with all that it needs of the window; `map` or `values` hold the masks.
struct FilterController::Work
{
    ui::FilterOrder order;
    annotations::MaskFilter filter;
    annotations::FilterScope scope;
    QString step;
    std::optional<annotations::LabelMap> map;
    std::vector<std::uint16_t> values; ///< Of the scope's box.

    annotations::LabelBlock block(const imaging::VoxelGrid& grid) const
    {
        return map ? annotations::blockOf(*map) : annotations::LabelBlock{grid, scope.box, values};
    }
};

FilterController::FilterController(
    JobRunner& jobs, Session& session, ui::MaskFilters& filters, ui::Messages& messages, ui::ViewState& state)
    : m_jobs(jobs)
    , m_session(session)
    , m_filters(filters)
    , m_messages(messages)
    , m_state(state)
    , m_snapshot(session)
    , m_painter(session)
{
    connect(&filters, &ui::MaskFilters::applyRequested, this, &FilterController::apply);
    connect(&filters, &ui::MaskFilters::stopRequested, this, &FilterController::stop);
    connect(&session, &Session::opened, this, &FilterController::pictureOpened);
    connect(&session, &Session::closed, this, &FilterController::pictureClosed);
}

void FilterController::pictureOpened()
{
    m_filters.setPicture(pictureOf(*m_session.volume(), m_state.paintRange()));
}

void FilterController::pictureClosed()
{
    stop();
    m_filters.setRunning(false);
    m_filters.setPicture({});
}

/// What is being painted already is a step before it could be stopped.
void FilterController::stop()
{
    if (m_painter.isPainting())
        return;
    m_snapshot.giveUp();
    m_jobs.stopChannel(kFilterChannel);
    m_filters.setRunning(false);
}

void FilterController::say(const QString& text)
{
    m_filters.setNote(text);
    m_messages.show({kFilterMessage, ui::MessageKind::Info, text, {}, {}});
}

/// Whether the labels that the filter changes are there and neither locked nor hidden.
bool FilterController::mayChange(const annotations::MaskFilter& filter)
{
    const auto* label = m_session.label(m_session.activeLabel());
    if (!label || label->locked || !label->visible) {
        sayLocked(m_messages);
        return false;
    }
    if (!ui::filterRow(filter.kind).fields.testFlag(ui::FilterField::OtherLabel))
        return true;
    const auto* other = m_session.label(filter.other);
    const bool onlyRead = filter.kind == annotations::FilterKind::Subtract || filter.kind == annotations::FilterKind::Intersect;
    if (other && other != label && (onlyRead || (!other->locked && other->visible)))
        return true;
    say(other ? tr("“%1” is locked or hidden: unlock it, or choose another label.").arg(ui::qt(other->name))
              : tr("There is no other label: add one first."));
    return false;
}

/// Fills in what follows from the view; false, and says why, where that cannot be done.
bool FilterController::placeOrder(const ui::FilterOrder& order, Work& work)
{
    const auto& grid = m_session.volume()->grid();
    work.order = order;
    work.filter = order.filter;
    work.scope = wholeScope(m_session);
    work.scope.extent = order.extent;
    work.scope.over = order.over;
    work.step = filterStepName(order.filter, m_session);
    work.filter.at = voxelAt(grid, m_state.crosshair());
    if (const auto plane = m_state.plane(m_state.planeInHand()))
        work.filter.plane = *plane;
    if (order.where == ui::FilterWhere::Slices) {
        work.scope.box.firstSlice = std::clamp(order.slices.first, 0, grid.slices - 1);
        work.scope.box.lastSlice = std::clamp(order.slices.second, work.scope.box.firstSlice, grid.slices - 1);
    } else if (order.where == ui::FilterWhere::ThisSlice) {
        const auto layer = layerInHand(m_state, grid);
        if (!layer) {
            say(tr("An oblique plane is no slice: choose slices from, to, or all."));
            return false;
        }
        work.scope.box = annotations::layerBox(grid, layer->across, layer->layer);
    }
    return true;
}

void FilterController::apply(const ui::FilterOrder& order)
{
    if (!m_session.isOpen() || m_session.refusesEdit() || !mayChange(order.filter))
        return;
    m_session.finishStroke();
    Work work;
    if (!placeOrder(order, work))
        return;
    m_messages.remove(kFilterMessage);
    m_filters.setNote({});
    begin(std::move(work));
}

/// A large picture's masks are copied a piece at a time, between events.
void FilterController::begin(Work work)
{
    m_filters.setRunning(true);
    if (annotations::sizeOf(work.scope.box).voxels() <= kCopiedAtOnce) {
        work.values = annotations::valuesIn(*m_session.labelMap(), work.scope.box);
        return run(std::move(work), m_session.revision());
    }
    m_snapshot.take([this, work = std::move(work)](annotations::LabelMap map, std::uint64_t revision) {
        Work withMap = work;
        withMap.map = std::move(map);
        run(std::move(withMap), revision);
    });
}

void FilterController::run(Work made, std::uint64_t revision)
{
    const auto work = std::make_shared<const Work>(std::move(made));
    m_jobs.start<annotations::FilterOutcome>({Lane::Io, kFilterChannel, work->step},
        [work, volume = m_session.volume()](std::stop_token stop, const imaging::Progress& progress) {
            return annotations::filterMask(
                work->block(volume->grid()), *volume, work->filter, work->scope, stop, progress);
        },
        [this, work, revision](annotations::FilterOutcome outcome) { lay(*work, std::move(outcome), revision); },
        [this, work](const JobFailure& failure) {
            m_filters.setRunning(false);
            say(tr("%1: nothing was done. %2").arg(work->step, ui::errorText(failure.kind, failure.message)));
        },
        [this] {
            if (!m_jobs.isBusy(kFilterChannel)) // Another one may have taken its place.
                m_filters.setRunning(false);
        });
}

void FilterController::lay(const Work& work, annotations::FilterOutcome outcome, std::uint64_t revision)
{
    m_session.finishStroke();
    if (revision != m_session.revision()) {
        m_filters.setRunning(false);
        m_filters.setNote({});
        return m_messages.show({kFilterMessage, ui::MessageKind::Warning,
            tr("%1: the masks were changed while it ran, so nothing was laid over them.").arg(work.step), tr("Again"),
            [this, order = work.order] { apply(order); }});
    }
    // Only what is said of it is needed when it is painted.
    Work told{work.order, work.filter, work.scope, work.step, {}, {}};
    auto runs = outcome.runs;
    m_painter.paint(std::move(runs),
        [this, told = std::move(told), outcome = std::move(outcome)](
            annotations::MaskEdit& edit, std::size_t painted) { keep(edit, told, outcome, painted); });
}

void FilterController::keep(
    annotations::MaskEdit& edit, const Work& work, const annotations::FilterOutcome& outcome, std::size_t painted)
{
    m_filters.setRunning(false);
    if (edit.changed() && !m_session.commit(edit, work.step, labelsAfter(work, outcome)))
        return; // It was said why.
    say(filterSentence(work.step, outcome, painted, *m_session.volume()));
}

/// With a label like the chosen one for each new part, "Nodule 2" and on.
annotations::LabelTable FilterController::labelsAfter(
    const Work& work, const annotations::FilterOutcome& outcome) const
{
    auto labels = labelsAfterWork(m_session.labels(), work.scope.label);
    if (ui::filterRow(work.filter.kind).fields.testFlag(ui::FilterField::OtherLabel) && outcome.changed() > 0)
        labels = labelsAfterWork(std::move(labels), work.filter.other);
    const annotations::Label like = *annotations::findLabel(labels, work.scope.label);
    int number = 2;
    for (std::size_t i = 0; i < outcome.fresh; ++i) {
        annotations::Label part = like;
        part.value = work.scope.fresh[i];
        part.colour = annotations::freeColour(labels);
        part.trackingId.clear();
        part.trackingUid.clear();
        do {
            part.name = like.name + " " + std::to_string(number++);
        } while (std::ranges::find(labels, part.name, &annotations::Label::name) != labels.end());
        labels.push_back(part);
    }
    return labels;
}

} // namespace app
