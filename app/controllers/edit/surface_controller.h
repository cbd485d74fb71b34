#pragma once

#include "annotations/surface/surface.h"
#include "app/session/job_runner.h"
#include "app/session/mask_snapshot.h"
#include "app/session/session.h"

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <map>
#include <memory>

namespace ui {
class Messages;
class ShownPicture;
class ViewState;
} // namespace ui

namespace app {

/// A segment's skin, and the voxels that it was made of.
struct MadeSurface
{
    annotations::SegmentExtent extent;
    std::shared_ptr<const annotations::Surface> surface;
};

/// Makes the skins of the segments while a view in space shows them: in the background, a while after the last stroke, and
/// only of those whose voxels have changed.
class SurfaceController : public QObject
{
    Q_OBJECT

public:
    using Surfaces = std::map<std::uint16_t, MadeSurface>;

    SurfaceController(
        JobRunner& jobs, Session& session, ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state);

private:
    void forget();
    void make();
    void show();

    JobRunner& m_jobs;
    Session& m_session;
    ui::Messages& m_messages;
    ui::ShownPicture& m_picture;
    ui::ViewState& m_state;
    MaskSnapshot m_snapshot;
    QTimer m_soon;
    std::uint64_t m_revision = 0; ///< Of the masks that the skins show, and
    bool m_made = false; ///< whether there are any.
    Surfaces m_surfaces;
};

} // namespace app
