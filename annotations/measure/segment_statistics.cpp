#include "annotations/measure/segment_statistics.h"

#include "annotations/measure/longest_diameter.h"
#include "annotations/measure/plane_areas.h"
#include "annotations/measure/running_statistics.h"
#include "imaging/error.h"
#include "imaging/parallel.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <map>

namespace annotations {

namespace {

/// Of one segment on one slice, or on all of them.
struct Part
{
    std::size_t voxels = 0;
    double longestMm = 0;
    detail::RunningStatistics values;
};

using Parts = std::map<std::uint16_t, Part>;

template <typename T>
void takeValues(std::span<const T> row, const std::optional<double>& padding, detail::RunningStatistics& statistics)
{
    for (const T stored : row) {
        const auto value = static_cast<double>(stored);
        if (std::isfinite(value) && value != padding)
            statistics.take(value);
    }
}

template <typename T>
void takeRuns(const imaging::Volume& picture, int slice, const std::vector<RowRun>& runs, detail::RunningStatistics& statistics)
{
    const auto voxels = picture.voxels<T>();
    for (const RowRun& run : runs)
        takeValues(voxels.subspan(picture.grid().offset({run.first, run.row, slice}),
                       static_cast<std::size_t>(run.last - run.first + 1)),
            picture.info().padding, statistics);
}

void takeRuns(const imaging::Volume& picture, int slice, const std::vector<RowRun>& runs, detail::RunningStatistics& statistics)
{
    using imaging::VoxelType;
    if (picture.components() != 1)
        return;
    switch (picture.type()) {
    case VoxelType::UInt8:
        return takeRuns<std::uint8_t>(picture, slice, runs, statistics);
    case VoxelType::Int8:
        return takeRuns<std::int8_t>(picture, slice, runs, statistics);
    case VoxelType::UInt16:
        return takeRuns<std::uint16_t>(picture, slice, runs, statistics);
    case VoxelType::Int16:
        return takeRuns<std::int16_t>(picture, slice, runs, statistics);
    case VoxelType::UInt32:
        return takeRuns<std::uint32_t>(picture, slice, runs, statistics);
    case VoxelType::Int32:
        return takeRuns<std::int32_t>(picture, slice, runs, statistics);
    case VoxelType::Float32:
        return takeRuns<float>(picture, slice, runs, statistics);
    case VoxelType::Float64:
        return takeRuns<double>(picture, slice, runs, statistics);
    }
}

double longestOf(std::vector<RowRun>& runs, const imaging::VoxelGrid& grid)
{
    const int areas = connectRuns(runs, Neighbours::EdgesAndCorners);
    std::stable_sort(runs.begin(), runs.end(), [](const RowRun& a, const RowRun& b) { return a.area < b.area; });
    double longest = 0;
    auto begin = runs.cbegin();
    for (int area = 0; area < areas; ++area) {
        const auto end = std::find_if(begin, runs.cend(), [area](const RowRun& run) { return run.area != area; });
        longest = std::max(longest, longestDiameterMm({begin, end}, grid.spacingMm[0], grid.spacingMm[1]));
        begin = end;
    }
    return longest;
}

Parts partsOn(const LabelMap& map, const imaging::Volume& picture, int slice)
{
    Parts parts;
    for (auto& [value, runs] : runsOf(map.slice(slice), map.grid().columns)) {
        Part& part = parts[value];
        for (const RowRun& run : runs)
            part.voxels += static_cast<std::size_t>(run.last - run.first + 1);
        takeRuns(picture, slice, runs, part.values);
        part.longestMm = longestOf(runs, map.grid());
    }
    return parts;
}

std::string whyNoVolume(const imaging::Volume& picture)
{
    if (picture.info().spacing == imaging::SpacingKind::Unknown)
        return "The picture does not say how large its pixels are, so sizes are in voxels only.";
    return picture.grid().slices > 1 ? picture.info().notRegular : std::string();
}

SegmentStatistics statisticsOf(std::uint16_t value, const Part& part, const imaging::Volume& picture, bool sized)
{
    SegmentStatistics statistics;
    statistics.value = value;
    statistics.voxels = part.voxels;
    if (part.voxels == 0)
        return statistics;
    const auto& spacing = picture.grid().spacingMm;
    const auto voxels = static_cast<double>(part.voxels);
    if (picture.info().spacing != imaging::SpacingKind::Unknown)
        statistics.longestMm = part.longestMm;
    if (sized && picture.grid().slices > 1)
        statistics.millilitres = voxels * spacing[0] * spacing[1] * spacing[2] / 1000;
    else if (sized)
        statistics.squareMm = voxels * spacing[0] * spacing[1];
    if (const auto& all = part.values; all.count > 0)
        statistics.values = {all.count, all.mean, all.deviation(), all.minimum, all.maximum};
    return statistics;
}

} // namespace

MeasuredSegments measureSegments(const LabelMap& map, const imaging::Volume& picture,
    std::span<const std::uint16_t> values, std::stop_token stop, const imaging::Progress& progress)
{
    const auto& grid = map.grid();
    if (grid.columns != picture.grid().columns || grid.rows != picture.grid().rows
        || grid.slices != picture.grid().slices)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The masks do not have the picture's size, so nothing can be measured in them.");
    std::vector<Parts> slices(static_cast<std::size_t>(grid.slices));
    std::atomic<std::size_t> done{0};
    imaging::parallelFor(slices.size(), imaging::usefulThreads(), [&](std::size_t slice) {
        if (stop.stop_requested())
            return;
        slices[slice] = partsOn(map, picture, static_cast<int>(slice));
        progress.report(static_cast<double>(++done) / static_cast<double>(slices.size()), "measuring");
    });
    MeasuredSegments measured;
    measured.unit = picture.info().unit;
    measured.noVolume = whyNoVolume(picture);
    measured.cancelled = stop.stop_requested();
    if (measured.cancelled)
        return measured;
    Parts whole; // Joined in the order of slices, so that the digits do not depend on the threads.
    for (const Parts& parts : slices) {
        for (const auto& [value, part] : parts) {
            Part& all = whole[value];
            all.voxels += part.voxels;
            all.longestMm = std::max(all.longestMm, part.longestMm);
            all.values.join(part.values);
        }
    }
    for (const std::uint16_t value : values)
        measured.segments.push_back(statisticsOf(value, whole[value], picture, measured.noVolume.empty()));
    return measured;
}

} // namespace annotations
