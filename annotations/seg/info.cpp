#include "annotations/seg/planes.h"
#include "annotations/seg/reader.h"

#include <set>

namespace annotations {

namespace {

/// Frames and voxels of each segment of a label map; gives the frames that hold any.
std::vector<bool> countLabels(const SegObject& object, std::vector<SegmentInfo>& segments)
{
    std::vector<std::size_t> total(65536);
    std::vector<std::size_t> frames(65536);
    std::vector<bool> used(object.frames().size());
    for (std::size_t i = 0; i < object.frames().size(); ++i) {
        std::vector<bool> seen(65536);
        for (const std::uint16_t value : object.labels(i)) {
            if (value == 0)
                continue;
            ++total[value];
            frames[value] += !seen[value];
            seen[value] = true;
            used[i] = true;
        }
    }
    for (SegmentInfo& segment : segments) {
        segment.voxels = total[segment.label.value];
        segment.frames = frames[segment.label.value];
    }
    return used;
}

void countFrames(const SegObject& object, std::vector<SegmentInfo>& segments)
{
    for (std::size_t i = 0; i < object.frames().size(); ++i) {
        SegmentInfo& segment = segments.at(static_cast<std::size_t>(object.frames()[i].segment) - 1);
        segment.frames += 1;
        segment.voxels += object.countVoxels(i);
    }
}

void addSegments(const SegObject& object, const std::vector<int>& slices, SegInfo& info)
{
    for (const Label& label : object.segments) {
        SegmentInfo segment;
        segment.number = label.value;
        segment.label = label;
        info.segments.push_back(std::move(segment));
    }
    std::vector<bool> used(slices.size(), true);
    if (object.type() == SegType::LabelMap)
        used = countLabels(object, info.segments); // It has a frame for each plane, also for empty ones.
    else
        countFrames(object, info.segments);
    std::set<int> planes;
    for (std::size_t i = 0; i < slices.size(); ++i) {
        if (used[i])
            planes.insert(slices[i]);
    }
    info.planes = planes.size();
}

} // namespace

SegInfo segInfo(const SegObject& object)
{
    SegInfo info;
    info.type = object.type();
    info.columns = object.columns();
    info.rows = object.rows();
    info.frames = object.frames().size();
    info.sopInstanceUid = object.sopInstanceUid;
    info.seriesInstanceUid = object.study.seriesInstanceUid;
    info.sourceSeriesUid = object.sourceSeriesUid;
    info.seriesDescription = object.study.seriesDescription;
    info.contentLabel = object.contentLabel;
    info.overlap = object.hasOverlap();
    info.warnings = object.warnings;
    const SegPlanes planes = layOutPlanes(object, info.warnings);
    info.volumes = planes.volumes;
    addSegments(object, planes.slices, info);
    if (info.volumes == VolumeKind::Unknown)
        return info;
    const auto& spacing = planes.grid.spacingMm;
    for (SegmentInfo& segment : info.segments)
        segment.millilitres = static_cast<double>(segment.voxels) * (spacing[0] * spacing[1] * spacing[2] / 1000);
    return info;
}

} // namespace annotations
