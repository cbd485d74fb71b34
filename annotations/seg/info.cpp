#include "annotations/seg/planes.h"
#include "annotations/seg/reader.h"

#include <set>

namespace annotations {

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

    if (object.isFromLabelMap)
        info.warnings.emplace_back("It is a label map; it was read as one binary mask for each segment.");
    const SegPlanes planes = layOutPlanes(object, info.warnings);
    info.planes = std::set<int>(planes.slices.begin(), planes.slices.end()).size();
    for (std::size_t i = 0; i < object.segments.size(); ++i) {
        SegmentInfo segment;
        segment.number = static_cast<int>(i + 1);
        segment.label = object.segments[i];
        info.segments.push_back(std::move(segment));
    }
    for (std::size_t i = 0; i < object.frames().size(); ++i) {
        SegmentInfo& segment = info.segments.at(static_cast<std::size_t>(object.frames()[i].segment) - 1);
        segment.frames += 1;
        segment.voxels += object.countVoxels(i);
    }
    const auto& spacing = planes.grid.spacingMm;
    const double millilitres = planes.regular && info.planes > 1 ? spacing[0] * spacing[1] * spacing[2] / 1000 : 0;
    for (SegmentInfo& segment : info.segments)
        segment.millilitres = static_cast<double>(segment.voxels) * millilitres;
    return info;
}

} // namespace annotations
