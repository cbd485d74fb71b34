#include "annotations/tools/scissors_tool.h"

#include "annotations/tools/erase_plane.h"
#include "annotations/tools/polygon.h"
#include "imaging/grid_frame.h"

namespace annotations {

namespace {

detail::LinePart heightsOf(const imaging::VoxelGrid& grid, const imaging::Plane& plane, const CutChoice& choice)
{
    if (choice.depthMm > 0)
        return {-choice.depthMm / 2, choice.depthMm / 2};
    const auto [low, high] = imaging::reachAlong(grid, plane.origin, plane.normal());
    return {low, high};
}

} // namespace

void cutAway(MaskEdit& edit, const imaging::Plane& plane, std::span<const PlanePosition> outline,
    const CutChoice& choice, std::uint16_t label)
{
    const imaging::VoxelGrid& grid = edit.grid();
    detail::PlaneCut cut(grid, plane);
    cut.reachOver(heightsOf(grid, plane, choice));
    forRunsInPolygon(cut, grid, outline, choice.side, [&](int first, int last, int row, int slice) {
        detail::eraseInRow(edit, grid.offset({first, row, slice}), grid.offset({last, row, slice}), label);
    });
}

ScissorsTool::ScissorsTool(MaskEdit& edit, const ToolOptions& options)
    : m_edit(edit)
    , m_options(options)
{
}

std::optional<MaskRegion> ScissorsTool::begin(PlanePosition at)
{
    m_path = {at};
    return std::nullopt;
}

std::optional<MaskRegion> ScissorsTool::move(PlanePosition to)
{
    m_path.push_back(to);
    return std::nullopt;
}

std::optional<MaskRegion> ScissorsTool::end()
{
    cutAway(m_edit, m_options.plane, m_path, m_options.cut, m_options.label);
    return m_edit.takeRegion();
}

ToolOutline ScissorsTool::outline() const
{
    ToolOutline outline;
    outline.path = m_path;
    return outline;
}

ToolKind scissorsTool()
{
    return {ToolEffect::Erases, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<ScissorsTool>(edit, options);
            }};
}

} // namespace annotations
