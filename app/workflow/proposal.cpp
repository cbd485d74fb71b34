#include "app/workflow/proposal.h"

#include "annotations/report/areas.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace app {

namespace {

/// Adds a slice's runs from the voxel `first` on: `inside` tells of each of its pixels whether it belongs, `classes`,
/// from 1, to which label; empty: to the only one.
template <typename Inside>
void addRuns(std::vector<LabelRun>& runs, std::size_t first, std::size_t pixels, std::span<const std::uint8_t> classes,
    std::span<const std::uint16_t> values, Inside inside)
{
    const auto label = [&](std::size_t at) { return classes.empty() ? std::size_t{0} : classes[at] - std::size_t{1}; };
    for (std::size_t begin = 0, end = 0; begin < pixels; begin = end) {
        end = begin + 1;
        if (!inside(begin))
            continue;
        while (end < pixels && inside(end) && label(end) == label(begin))
            ++end;
        runs.push_back({first + begin, static_cast<std::uint32_t>(end - begin), values[label(begin)]});
    }
}

} // namespace

std::vector<std::uint8_t> inHundredths(std::span<const float> probabilities)
{
    std::vector<std::uint8_t> hundredths(probabilities.size());
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const float p = probabilities[i] > 0 ? std::min(probabilities[i], 1.0F) : 0; // Also of what is no number.
        int whole = static_cast<int>(p * 100);
        // The product is rounded: the comparison that a threshold makes decides.
        if (whole < 100 && p >= static_cast<float>(whole + 1) / 100.0F)
            ++whole;
        else if (whole > 0 && p < static_cast<float>(whole) / 100.0F)
            --whole;
        hundredths[i] = static_cast<std::uint8_t>(whole);
    }
    return hundredths;
}

std::vector<float> fromHundredths(std::span<const std::uint8_t> hundredths)
{
    std::vector<float> probabilities(hundredths.size());
    std::transform(hundredths.begin(), hundredths.end(), probabilities.begin(),
        [](std::uint8_t whole) { return static_cast<float>(whole) / 100.0F; });
    return probabilities;
}

std::vector<LabelRun> runsAbove(const ProposedSlices& slices, const imaging::VoxelGrid& grid, float threshold,
    std::span<const std::uint16_t> values)
{
    const auto least = std::lround(threshold * 100);
    std::vector<LabelRun> runs;
    for (const auto& [slice, proposed] : slices) {
        const auto hundredths = proposed.hundredths.unpacked();
        const auto classes = proposed.classes.unpacked();
        addRuns(runs, grid.offset({0, 0, slice}), hundredths.size(), classes, values,
            [&](std::size_t at) { return hundredths[at] >= least; });
    }
    return runs;
}

std::vector<LabelRun> runsAbove(std::span<const SliceProbabilities> slices, const imaging::VoxelGrid& grid,
    float threshold, std::span<const std::uint16_t> values)
{
    std::vector<LabelRun> runs;
    for (const auto& one : slices) {
        const auto& probabilities = one.segmentation.probabilities;
        const auto classes = likeliestClasses(one.segmentation);
        addRuns(runs, grid.offset({0, 0, one.slice}), probabilities.size(), classes, values,
            [&](std::size_t at) { return probabilities[at] >= threshold; });
    }
    return runs;
}

void eraseLabels(annotations::MaskEdit& edit, int slice, std::span<const std::uint16_t> values)
{
    const auto voxels = edit.map().slice(slice);
    const std::size_t first = edit.grid().offset({0, 0, slice});
    for (std::size_t begin = 0; begin < voxels.size();) {
        std::size_t end = begin + 1;
        while (end < voxels.size() && voxels[end] == voxels[begin])
            ++end;
        if (std::find(values.begin(), values.end(), voxels[begin]) != values.end())
            edit.paintRun(first + begin, end - begin, 0);
        begin = end;
    }
}

imaging::Warnings remarksOn(std::span<const std::uint8_t> mask, const std::string& text, const imaging::VoxelGrid& grid,
    const imaging::PictureSides& sides, imaging::Sides user, std::string_view finding)
{
    if (std::find(mask.begin(), mask.end(), std::uint8_t{1}) == mask.end())
        return {"The mask is empty at this threshold."};
    const auto fields = annotations::fieldsToDraw(text, finding);
    if (!fields || user == imaging::Sides::Picture)
        return {};
    // As it is usually seen: a picture that lies on its side has no sides at its left and right edge.
    const std::vector<std::uint16_t> values(mask.begin(), mask.end());
    const auto seen = imaging::turned(values, grid.columns, grid.rows, sides.toUsual);
    auto seenGrid = grid;
    if (sides.toUsual.transposed)
        std::swap(seenGrid.columns, seenGrid.rows);
    const std::size_t speck = std::max<std::size_t>(4, grid.sliceVoxels() / 5000);
    return annotations::compareWithMask(*fields, annotations::findAreas(seen, seenGrid, speck), seenGrid,
        imaging::turned(sides, sides.toUsual));
}

} // namespace app
