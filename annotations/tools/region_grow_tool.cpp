#include "annotations/tools/region_grow_tool.h"

#include "annotations/tools/plane_cut.h"
#include "annotations/tools/region.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>

namespace annotations {

namespace {

/// How far values differ, without the rarest hundredth at either end. Of many values every so manieth is looked at.
double spanOf(const std::vector<float>& values)
{
    constexpr std::size_t kLookedAt = 20'000;
    std::vector<float> some;
    for (std::size_t i = 0; i < values.size(); i += values.size() / kLookedAt + 1)
        if (std::isfinite(values[i]))
            some.push_back(values[i]);
    if (some.empty())
        return 0;
    std::sort(some.begin(), some.end());
    const std::size_t rare = some.size() / 100;
    return static_cast<double>(some[some.size() - 1 - rare]) - static_cast<double>(some[rare]);
}

} // namespace

RegionGrowTool::RegionGrowTool(MaskEdit& edit, const ToolOptions& options)
    : m_edit(edit)
    , m_options(options)
{
    if (!ValueGate{options.picture, {}}.fits(edit.grid()))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "Growing by values needs the grey picture that the mask lies on.");
}

std::optional<MaskRegion> RegionGrowTool::begin(PlanePosition at)
{
    m_from = at;
    m_seed = detail::voxelUnder(m_edit.grid(), m_options.plane, at);
    if (!m_seed || !std::isfinite(m_options.picture->value(*m_seed)))
        return std::nullopt;
    m_rows = detail::rowsAround(m_edit.grid(), m_options, *m_seed);
    readValues();
    m_perPixel = spanOf(m_values) / std::max(1.0, m_options.plane.columns / 2.0);
    m_spread = spreadAround(*m_seed);
    return move(at);
}

void RegionGrowTool::readValues()
{
    const imaging::Volume& picture = *m_options.picture;
    m_values.resize(m_rows->size());
    m_in.resize(m_rows->size());
    auto at = m_values.begin();
    imaging::withVoxelType(picture.type(), [&](auto type) {
        const auto voxels = picture.voxels<decltype(type)>();
        for (const auto& span : m_rows->all()) {
            const auto line = voxels.subspan(picture.grid().offset({span.first, span.row, span.slice}),
                static_cast<std::size_t>(span.last - span.first) + 1);
            at = std::transform(line.begin(), line.end(), at, [](auto value) { return static_cast<float>(value); });
        }
    });
}

/// Twice the standard deviation of the voxels of these that are not farther than two from the seed.
double RegionGrowTool::spreadAround(imaging::VoxelIndex seed) const
{
    double sum = 0;
    double squares = 0;
    int count = 0;
    for (int slice = seed.slice - 2; slice <= seed.slice + 2; ++slice)
        for (int row = seed.row - 2; row <= seed.row + 2; ++row)
            for (int column = seed.column - 2; column <= seed.column + 2; ++column) {
                const auto number = m_rows->numberOf({column, row, slice});
                if (!number || !std::isfinite(m_values[*number]))
                    continue;
                const double value = static_cast<double>(m_values[*number]);
                sum += value;
                squares += value * value;
                ++count;
            }
    if (count == 0)
        return 0;
    const double mean = sum / count;
    return 2 * std::sqrt(std::max(0.0, squares / count - mean * mean));
}

std::optional<MaskRegion> RegionGrowTool::move(PlanePosition to)
{
    if (!m_rows || !std::isfinite(to.column) || !std::isfinite(to.row))
        return std::nullopt;
    m_to = to;
    const double value = static_cast<double>(static_cast<float>(m_options.picture->value(*m_seed)));
    const double half = std::max(0.0, m_spread + (to.column - m_from.column) * m_perPixel);
    const double middle = value - (to.row - m_from.row) * m_perPixel;
    const ValueRange window{std::min(value, middle - half), std::max(value, middle + half)};
    if (m_window == window)
        return std::nullopt;
    return grow(window);
}

std::optional<MaskRegion> RegionGrowTool::grow(const ValueRange& window)
{
    m_window = window;
    const auto low = static_cast<float>(window.low);
    const auto high = static_cast<float>(window.high);
    std::transform(m_values.begin(), m_values.end(), m_in.begin(),
        [low, high](float value) -> std::uint8_t { return value >= low && value <= high; });
    const auto spans = m_rows->connected(*m_seed, m_in);
    m_edit.revert();
    detail::paintSpans(m_edit, spans, m_options.label);
    return m_edit.takeRegion();
}

ToolOutline RegionGrowTool::outline() const
{
    ToolOutline outline;
    if (!m_window)
        return outline;
    outline.loose = m_to;
    outline.window = m_window;
    return outline;
}

ToolKind regionGrowTool()
{
    return {.effect = ToolEffect::Paints,
        .make = [](MaskEdit& edit, const ToolOptions& options) -> std::unique_ptr<Tool> {
            return std::make_unique<RegionGrowTool>(edit, options);
        },
        .reads = ToolReads::Values};
}

} // namespace annotations
