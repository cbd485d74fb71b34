#include "annotations/changed_share.h"

#include "annotations/label_origin.h"

#include <algorithm>
#include <cstddef>

namespace annotations {

namespace {

/// How often a model drew a label.
std::size_t originsIn(const LabelTable& labels, std::uint16_t value)
{
    const Label* label = findLabel(labels, value);
    return label ? originsOf(*label).size() : 0;
}

std::vector<VoxelRange> rangesOf(const MaskDelta& delta, std::uint16_t MaskRun::*side, std::uint16_t value)
{
    std::vector<VoxelRange> ranges;
    for (const MaskRun& run : delta.runs()) {
        if (run.*side == value)
            ranges.push_back({run.offset, run.offset + run.count});
    }
    return ranges;
}

std::vector<VoxelRange> joined(std::vector<VoxelRange> ranges, const std::vector<VoxelRange>& more)
{
    ranges.insert(ranges.end(), more.begin(), more.end());
    std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<VoxelRange> result;
    for (const VoxelRange& range : ranges) {
        if (result.empty() || range.first > result.back().end)
            result.push_back(range);
        else
            result.back().end = std::max(result.back().end, range.end);
    }
    return result;
}

/// `ranges` without `less`; both in order and without overlap.
std::vector<VoxelRange> without(const std::vector<VoxelRange>& ranges, const std::vector<VoxelRange>& less)
{
    std::vector<VoxelRange> result;
    auto cut = less.begin();
    for (VoxelRange range : ranges) {
        while (cut != less.end() && cut->end <= range.first)
            ++cut;
        for (auto next = cut; next != less.end() && next->first < range.end; ++next) {
            if (next->first > range.first)
                result.push_back({range.first, next->first});
            range.first = std::max(range.first, std::min(next->end, range.end));
        }
        if (range.first < range.end)
            result.push_back(range);
    }
    return result;
}

/// What has been accepted up to a step.
struct Tally
{
    std::vector<VoxelRange> voxels;
    std::size_t acceptances = 0;
};

/// An acceptance is a step that draws a label and writes what made it into its description.
void takeStep(const EditStep& step, std::map<std::uint16_t, Tally>& tallies)
{
    if (!step.mask || !step.labels)
        return;
    for (const Label& label : step.labels->after) {
        const Label* before = findLabel(step.labels->before, label.value);
        const auto origins = originsOf(label).size();
        if (origins == 0 || (before && before->description == label.description))
            continue;
        Tally& tally = tallies[label.value];
        tally.acceptances = origins > 1 ? tally.acceptances + 1 : 1; // A replacement starts again.
        if (origins == 1)
            tally.voxels.clear();
        tally.voxels = joined(without(tally.voxels, rangesOf(*step.mask, &MaskRun::before, label.value)),
            rangesOf(*step.mask, &MaskRun::after, label.value));
    }
}

} // namespace

AcceptedVoxels acceptedVoxels(const EditHistory& history, const LabelTable& labels)
{
    std::map<std::uint16_t, Tally> tallies;
    for (std::size_t i = 0; i < history.doneSteps(); ++i)
        takeStep(history.doneStep(i), tallies);
    AcceptedVoxels accepted;
    for (auto& [value, tally] : tallies) {
        if (tally.acceptances == originsIn(labels, value))
            accepted.emplace(value, std::move(tally.voxels));
    }
    return accepted;
}

AcceptedVoxels acceptedAsDrawn(const LabelMap& map)
{
    AcceptedVoxels accepted;
    const auto voxels = map.voxels();
    for (std::size_t begin = 0, end = 0; begin < voxels.size(); begin = end) {
        for (end = begin + 1; end < voxels.size() && voxels[end] == voxels[begin];)
            ++end;
        if (voxels[begin] != 0)
            accepted[voxels[begin]].push_back({begin, end});
    }
    return accepted;
}

std::map<std::uint16_t, double> changedShares(const AcceptedVoxels& accepted, const LabelMap& map)
{
    std::map<std::uint16_t, double> shares;
    for (const auto& [value, ranges] : accepted) {
        std::size_t proposed = 0;
        std::size_t kept = 0;
        for (const VoxelRange& range : ranges) {
            const auto voxels = map.voxels().subspan(range.first, range.end - range.first);
            proposed += voxels.size();
            kept += static_cast<std::size_t>(std::count(voxels.begin(), voxels.end(), value));
        }
        const std::size_t all = proposed + map.count(value) - kept;
        if (all > 0)
            shares[value] = 1 - static_cast<double>(kept) / static_cast<double>(all);
    }
    return shares;
}

} // namespace annotations
