#include "app/session/mask_snapshot.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 21; ///< Voxels; two or three milliseconds.

} // namespace

MaskSnapshot::MaskSnapshot(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    m_next.setInterval(0);
    connect(&m_next, &QTimer::timeout, this, &MaskSnapshot::copyPiece);
    connect(&session, &Session::maskChanged, this, [this] { m_voxels.clear(); });
    connect(&session, &Session::closed, this, &MaskSnapshot::giveUp);
}

void MaskSnapshot::take(Then then, RunningStroke stroke)
{
    giveUp();
    if (!m_session.isOpen())
        return;
    if (stroke == RunningStroke::Ends)
        m_session.finishStroke();
    m_then = std::move(then);
    m_voxels.reserve(m_session.labelMap()->voxels().size());
    m_next.start();
    if (m_session.labelMap()->voxels().size() <= kPiece)
        copyPiece();
}

void MaskSnapshot::copyPiece()
{
    const auto voxels = m_session.labelMap()->voxels();
    const auto piece = voxels.subspan(m_voxels.size(), std::min(kPiece, voxels.size() - m_voxels.size()));
    m_voxels.insert(m_voxels.end(), piece.begin(), piece.end());
    if (m_voxels.size() < voxels.size())
        return;
    m_next.stop();
    annotations::LabelMap map(m_session.labelMap()->grid(), std::exchange(m_voxels, {}));
    std::exchange(m_then, {})(std::move(map), m_session.revision());
}

void MaskSnapshot::giveUp()
{
    m_next.stop();
    m_voxels = {};
    m_then = {};
}

} // namespace app
