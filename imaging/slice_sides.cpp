#include "imaging/slice_sides.h"

#include "imaging/dicom/scan.h"
#include "imaging/plane.h"
#include "imaging/slice.h"
#include "imaging/volume.h"

#include <cstdio>

namespace imaging {

namespace {

SideTags tagsBesideFirst(const std::string& own, const std::string& first, const std::string& patientOrientation)
{
    return {own, own.empty() || own == first ? patientOrientation : std::string()};
}

/// As (0020,0037) has them.
std::string orientationOf(const Plane& plane)
{
    const auto& [row, column] = plane.axes;
    char text[160];
    std::snprintf(
        text, sizeof text, "%.6f\\%.6f\\%.6f\\%.6f\\%.6f\\%.6f", row.x, row.y, row.z, column.x, column.y, column.z);
    return text;
}

/// Whether the axes of the voxels are known to be the patient's.
bool knowsAxes(const Volume& volume)
{
    const auto& info = volume.info();
    if (sidesOf(volume, 0).doubt != SidesDoubt::None)
        return false;
    if (!info.sources.empty())
        return !info.sources.front().imageOrientation.empty();
    return info.axesKnown && info.spacing == SpacingKind::Calibrated;
}

} // namespace

std::optional<SideTags> sideTagsOf(const VolumeInfo& info, int index)
{
    if (info.sources.empty() && info.study.patientOrientation.empty())
        return std::nullopt;
    const auto at = static_cast<std::size_t>(index);
    if (at >= info.sources.size())
        return SideTags{{}, info.study.patientOrientation};
    return tagsBesideFirst(
        info.sources[at].imageOrientation, info.sources.front().imageOrientation, info.study.patientOrientation);
}

PictureSides sidesOf(const SeriesInfo& series, int index)
{
    if (index < 0 || static_cast<std::size_t>(index) >= series.order.size())
        return {};
    const auto orientation = [&](std::size_t slice) -> const std::string& {
        return series.files[static_cast<std::size_t>(series.order[slice].file)].imageOrientation;
    };
    const auto tags =
        tagsBesideFirst(orientation(static_cast<std::size_t>(index)), orientation(0), series.study.patientOrientation);
    return sidesFromTags(tags.imageOrientation, tags.patientOrientation);
}

std::array<std::string, 4> edgeLettersOf(const Volume& volume, const Plane& plane)
{
    const auto slice = sliceOn(volume.grid(), plane);
    if (const auto tags = sideTagsOf(volume.info(), slice.value_or(0)); tags && slice)
        return edgeLetters(tags->imageOrientation, tags->patientOrientation);
    return knowsAxes(volume) ? edgeLetters(orientationOf(plane), {}) : std::array<std::string, 4>{};
}

} // namespace imaging
