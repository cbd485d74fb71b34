#include "app/controllers/edit/surface_controller.h"

#include "ui/messages.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <utility>
#include <vector>

namespace app {

namespace {

constexpr int kAfterStroke = 400; ///< Milliseconds.
const QString kSurfaces = QStringLiteral("surfaces");

/// Those of `before` stay whose voxels are the same.
SurfaceController::Surfaces surfacesOf(const annotations::LabelMap& map, const SurfaceController::Surfaces& before,
    std::stop_token stop, const imaging::Progress& progress)
{
    SurfaceController::Surfaces made;
    const auto extents = annotations::extentsOf(map, stop);
    for (const auto& [value, extent] : extents) {
        if (stop.stop_requested())
            break;
        const auto old = before.find(value);
        made[value] = old != before.end() && old->second.extent == extent
            ? old->second
            : MadeSurface{extent,
                  std::make_shared<const annotations::Surface>(
                      surfaceOf(map, value, extent.box, annotations::Smoothing::Usual))};
        progress.report(static_cast<double>(made.size()) / static_cast<double>(extents.size()), {});
    }
    return made;
}

} // namespace

SurfaceController::SurfaceController(
    JobRunner& jobs, Session& session, ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state)
    : m_jobs(jobs)
    , m_session(session)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
    , m_snapshot(session)
{
    m_soon.setSingleShot(true);
    connect(&m_soon, &QTimer::timeout, this, &SurfaceController::make);
    connect(&session, &Session::maskChanged, this, [this] { m_soon.start(kAfterStroke); });
    connect(&session, &Session::opened, this, [this] { m_soon.start(0); });
    connect(&session, &Session::closed, this, &SurfaceController::forget);
    connect(&session, &Session::labelsChanged, this, &SurfaceController::show);
    connect(&state, &ui::ViewState::layoutChanged, this, [this] { m_soon.start(0); });
}

void SurfaceController::forget()
{
    m_soon.stop();
    m_jobs.stopChannel(kSurfaces);
    m_surfaces.clear();
    m_made = false;
    m_picture.setSurfaces({});
}

void SurfaceController::make()
{
    const bool isDone = m_made && m_revision == m_session.revision();
    if (!m_session.isOpen() || !m_state.showsSolid() || isDone)
        return;
    m_snapshot.take(
        [this](annotations::LabelMap map, std::uint64_t revision) {
            m_jobs.start<Surfaces>({Lane::Io, kSurfaces, tr("Surfaces of the masks")},
                [map = std::make_shared<const annotations::LabelMap>(std::move(map)), before = m_surfaces](
                    std::stop_token stop, const imaging::Progress& progress) {
                    return surfacesOf(*map, before, std::move(stop), progress);
                },
                [this, revision](Surfaces surfaces) {
                    m_surfaces = std::move(surfaces);
                    m_revision = revision;
                    m_made = true;
                    show();
                },
                [this](const JobFailure& failure) {
                    m_messages.show(
                        {kSurfaces, ui::MessageKind::Warning, QString::fromStdString(failure.message), {}, {}});
                });
        },
        RunningStroke::GoesOn);
}

/// With the colours that the labels have now.
void SurfaceController::show()
{
    std::vector<ui::SolidSurface> shown;
    for (const auto& label : m_session.labels())
        if (const auto made = m_surfaces.find(label.value); made != m_surfaces.end() && label.visible)
            shown.push_back({made->second.surface, label.colour, 1});
    m_picture.setSurfaces(std::move(shown));
}

} // namespace app
