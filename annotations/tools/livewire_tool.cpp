#include "annotations/tools/livewire_tool.h"

#include "annotations/tools/polygon.h"
#include "imaging/error.h"
#include "imaging/reslice.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

constexpr int kReach = 256; ///< Pixels on each side of an anchor in which edges are followed.
/// Pixels that are looked at for one move of the pointer: some 10 ms. A click waits for all.
constexpr std::size_t kLookedAtLive = 80'000;

/// The pixel that a position lies in, of those that a plane has.
int pixelOf(double position, int size)
{
    return static_cast<int>(std::lround(std::clamp(position, 0.0, size - 1.0)));
}

bool isPlace(PlanePosition at)
{
    return std::isfinite(at.column) && std::isfinite(at.row);
}

} // namespace

LivewireTool::LivewireTool(MaskEdit& edit, const ToolOptions& options, std::uint16_t value)
    : m_edit(edit)
    , m_options(options)
    , m_value(value)
{
    if (!options.picture || options.picture->components() != 1)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "Following edges needs a grey picture.");
}

std::optional<MaskRegion> LivewireTool::begin(PlanePosition at)
{
    m_anchors = {{at, 1}};
    m_line = {at};
    lookFrom(at);
    return std::nullopt;
}

void LivewireTool::lookFrom(PlanePosition anchor)
{
    m_live.clear();
    m_paths.reset();
    if (!isPlace(anchor))
        return;
    const imaging::Plane& plane = m_options.plane;
    const int column = pixelOf(anchor.column, plane.columns);
    const int row = pixelOf(anchor.row, plane.rows);
    m_corner = {std::max(0, column - kReach), std::max(0, row - kReach)};
    imaging::Plane square = plane;
    square.columns = std::min(plane.columns, column + kReach + 1) - m_corner[0];
    square.rows = std::min(plane.rows, row + kReach + 1) - m_corner[1];
    square.origin = plane.toPatient(m_corner[0], m_corner[1]);
    const auto values = imaging::reslice(*m_options.picture, square);
    m_paths.emplace(detail::edgeCosts(values, square.columns, square.rows),
        detail::EdgePaths::Pixel{column - m_corner[0], row - m_corner[1]});
}

/// From the last anchor, without it, to a position.
LivewireTool::Line LivewireTool::lineTo(PlanePosition to, std::size_t budget)
{
    Line line;
    if (!m_paths)
        return line;
    const imaging::Plane& plane = m_options.plane;
    const auto path = m_paths->pathTo(
        {pixelOf(to.column, plane.columns) - m_corner[0], pixelOf(to.row, plane.rows) - m_corner[1]}, budget);
    for (const auto& pixel : path)
        line.push_back({static_cast<double>(pixel[0] + m_corner[0]), static_cast<double>(pixel[1] + m_corner[1])});
    line.push_back(to);
    return line;
}

std::optional<MaskRegion> LivewireTool::move(PlanePosition to)
{
    if (!isPlace(to))
        return std::nullopt;
    m_loose = to;
    m_live = lineTo(to, kLookedAtLive);
    return std::nullopt;
}

AfterClick LivewireTool::click(PlanePosition at, double reachMm)
{
    if (!isPlace(at))
        return AfterClick::GoOn;
    m_loose = at;
    if (canEnd() && distanceMm(at, m_anchors.front().at) <= reachMm)
        return AfterClick::End;
    if (distanceMm(at, m_anchors.back().at) == 0)
        return AfterClick::GoOn;
    const Line line = lineTo(at);
    m_line.insert(m_line.end(), line.begin(), line.end());
    m_anchors.push_back({at, m_line.size()});
    lookFrom(at);
    return AfterClick::GoOn;
}

bool LivewireTool::takeBack()
{
    if (!m_anchors.empty())
        m_anchors.pop_back();
    if (m_anchors.empty())
        return false;
    m_line.resize(m_anchors.back().lineSize);
    lookFrom(m_anchors.back().at);
    if (m_loose)
        m_live = lineTo(*m_loose, kLookedAtLive);
    return true;
}

std::optional<MaskRegion> LivewireTool::end()
{
    if (m_anchors.empty())
        return std::nullopt;
    const Line home = lineTo(m_anchors.front().at);
    m_line.insert(m_line.end(), home.begin(), home.end());
    return fillPolygon(m_edit, m_options.plane, m_line, m_value);
}

ToolOutline LivewireTool::outline() const
{
    ToolOutline outline;
    for (const Anchor& anchor : m_anchors)
        outline.corners.push_back(anchor.at);
    outline.loose = m_loose;
    outline.path = m_line;
    outline.path.insert(outline.path.end(), m_live.begin(), m_live.end());
    return outline;
}

double LivewireTool::distanceMm(PlanePosition a, PlanePosition b) const
{
    return length(m_options.plane.toPatient(a.column, a.row) - m_options.plane.toPatient(b.column, b.row));
}

ToolKind livewireTool()
{
    return {ToolEffect::Paints,
        [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
            return std::make_unique<LivewireTool>(edit, options, options.label);
        },
        ToolGesture::Clicks, ToolReads::Values};
}

} // namespace annotations
