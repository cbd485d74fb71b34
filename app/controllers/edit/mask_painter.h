#pragma once

#include "annotations/filters/mask_filter.h"
#include "annotations/mask_edit.h"
#include "app/session/session.h"

#include <QObject>
#include <QTimer>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace app {

/// Paints the many runs of a filter a piece between two events, since all at once would stop the window: voxels of a large
/// mask that were never written to get their memory only now. As with a stroke, whoever needs the masks ends it: the rest
/// is painted at once then. Closing the session gives it up.
class MaskPainter : public QObject
{
    Q_OBJECT

public:
    /// Gets the edit when all is painted, to commit it, and how many voxels the rules let be changed.
    using Then = std::function<void(annotations::MaskEdit& edit, std::size_t painted)>;

    explicit MaskPainter(Session& session, QObject* parent = nullptr);
    ~MaskPainter() override;

    /// One at a time. A few runs are painted before it returns.
    void paint(std::vector<annotations::ValueRun> runs, Then then);
    bool isPainting() const { return m_edit != nullptr; }

private:
    void paintPiece();
    void finish();
    void giveUp();
    bool paintOne();

    Session& m_session;
    std::vector<annotations::ValueRun> m_runs;
    std::size_t m_next = 0;
    std::size_t m_painted = 0;
    std::unique_ptr<annotations::MaskEdit> m_edit;
    Then m_then;
    QTimer m_timer;
};

} // namespace app
