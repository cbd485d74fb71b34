#include "annotations/tools/fill_tool.h"

#include "annotations/tools/region.h"

#include <algorithm>
#include <vector>

namespace annotations {

FillTool::FillTool(MaskEdit& edit, const ToolOptions& options)
    : m_edit(edit)
    , m_options(options)
{
}

std::optional<MaskRegion> FillTool::begin(PlanePosition at)
{
    const imaging::VoxelGrid& grid = m_edit.grid();
    const auto seed = detail::voxelUnder(grid, m_options.plane, at);
    if (!seed)
        return std::nullopt;
    const auto rows = detail::rowsAround(grid, m_options, *seed);
    const auto voxels = m_edit.map().voxels();
    const std::uint16_t wanted = voxels[grid.offset(*seed)];
    std::vector<std::uint8_t> in(rows.size());
    auto flag = in.begin();
    for (const auto& span : rows.all()) {
        const auto line = voxels.subspan(
            grid.offset({span.first, span.row, span.slice}), static_cast<std::size_t>(span.last - span.first) + 1);
        flag = std::transform(
            line.begin(), line.end(), flag, [wanted](std::uint16_t value) -> std::uint8_t { return value == wanted; });
    }
    return detail::paintSpans(m_edit, rows.connected(*seed, in), m_options.label);
}

ToolKind fillTool()
{
    return {ToolEffect::Paints, [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
                return std::make_unique<FillTool>(edit, options);
            }};
}

} // namespace annotations
