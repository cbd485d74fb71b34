#pragma once

#include "annotations/label_map.h"
#include "app/session/session.h"

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <functional>

namespace app {

/// What becomes of a stroke that is being drawn.
enum class RunningStroke {
    Ends, ///< It is in the copy, as the step that it becomes.
    GoesOn, ///< What there is of it is in the copy.
};

/// Copies the session's masks for a job, a piece between two events, since a large stack at once would stop the window.
/// A change of the masks on the way starts it again; closing the session ends it.
class MaskSnapshot : public QObject
{
    Q_OBJECT

public:
    /// Gets the copy and the session's revision that it shows.
    using Then = std::function<void(annotations::LabelMap map, std::uint64_t revision)>;

    explicit MaskSnapshot(Session& session, QObject* parent = nullptr);

    /// Small masks are copied at once. Takes the place of a copy that is still being made.
    void take(Then then, RunningStroke stroke = RunningStroke::Ends);
    /// Ends a copy that is still being made.
    void giveUp();

private:
    void copyPiece();

    Session& m_session;
    Then m_then;
    annotations::LabelMap::Voxels m_voxels; ///< Handed on without another copy.
    QTimer m_next;
};

} // namespace app
