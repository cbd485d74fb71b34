#include "ui/views/window_presets.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace ui {

namespace {

constexpr std::size_t kSamples = 40000;

class PresetTexts
{
    Q_DECLARE_TR_FUNCTIONS(ui::WindowPresets)
};

std::vector<double> sortedSample(const imaging::Volume& volume)
{
    const auto& grid = volume.grid();
    const std::size_t step = std::max<std::size_t>(1, grid.voxels() / kSamples) | 1U;
    std::vector<double> values;
    values.reserve(grid.voxels() / step + 1);
    const auto columns = static_cast<std::size_t>(grid.columns);
    for (std::size_t at = 0; at < grid.voxels(); at += step) {
        const auto line = at / columns;
        const imaging::VoxelIndex voxel{static_cast<int>(at % columns),
            static_cast<int>(line % static_cast<std::size_t>(grid.rows)),
            static_cast<int>(line / static_cast<std::size_t>(grid.rows))};
        const double value = volume.value(voxel);
        if (std::isfinite(value) && value != volume.info().padding)
            values.push_back(value);
    }
    std::sort(values.begin(), values.end());
    return values;
}

imaging::WindowLevel between(double low, double high)
{
    return {(low + high) / 2, std::max(high - low, 1e-3)};
}

imaging::WindowLevel cut(const std::vector<double>& sorted, double low, double high)
{
    if (sorted.empty())
        return {};
    const auto at = [&](double percent) {
        return sorted[static_cast<std::size_t>(percent / 100 * static_cast<double>(sorted.size() - 1))];
    };
    return between(at(low), at(high));
}

bool isHounsfield(const imaging::Volume& volume)
{
    return volume.info().unit == "HU";
}

void addTissues(std::vector<WindowPreset>& presets)
{
    presets.push_back({PresetTexts::tr("lung"), {-600, 1500}});
    presets.push_back({PresetTexts::tr("mediastinum"), {40, 400}});
    presets.push_back({PresetTexts::tr("bone"), {480, 2500}});
    presets.push_back({PresetTexts::tr("abdomen"), {60, 360}});
    presets.push_back({PresetTexts::tr("liver"), {90, 150}});
    presets.push_back({PresetTexts::tr("brain"), {40, 80}});
    presets.push_back({PresetTexts::tr("angiography"), {300, 600}});
}

} // namespace

std::vector<WindowPreset> presetsFor(const imaging::Volume& volume)
{
    const auto sorted = sortedSample(volume);
    std::vector<WindowPreset> presets;
    presets.push_back({volume.info().window ? PresetTexts::tr("as in the file") : PresetTexts::tr("automatic"), openingWindow(volume)});
    if (isHounsfield(volume)) {
        addTissues(presets);
    } else {
        presets.push_back({PresetTexts::tr("percentiles 1 to 99"), cut(sorted, 1, 99)});
        presets.push_back({PresetTexts::tr("percentiles 5 to 95"), cut(sorted, 5, 95)});
        presets.push_back({PresetTexts::tr("dark parts"), cut(sorted, 0.5, 60)});
        presets.push_back({PresetTexts::tr("bright parts"), cut(sorted, 40, 99.5)});
    }
    presets.push_back(
        {PresetTexts::tr("full range"), sorted.empty() ? imaging::WindowLevel{} : between(sorted.front(), sorted.back())});
    return presets;
}

imaging::WindowLevel openingWindow(const imaging::Volume& volume)
{
    if (volume.info().window && volume.info().window->width > 0)
        return *volume.info().window;
    if (isHounsfield(volume))
        return {-600, 1500};
    return percentileWindow(volume, 0.5, 99.5);
}

imaging::WindowLevel percentileWindow(const imaging::Volume& volume, double low, double high)
{
    return cut(sortedSample(volume), low, high);
}

} // namespace ui
