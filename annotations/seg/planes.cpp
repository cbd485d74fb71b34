#include "annotations/seg/planes.h"

#include "annotations/seg/plane_key.h"
#include "annotations/seg/plane_step.h"
#include "annotations/seg/reader.h"
#include "imaging/dicom/stack_geometry.h"
#include "imaging/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace annotations {

namespace {

constexpr double kSamePlaneMm = 1e-3;
constexpr double kMostSlices = 20000;
constexpr std::size_t kMostFrameVoxels = std::size_t{1} << 29;

/// Planes without positions: one a source image, else one a frame of each segment.
SegPlanes stackWithoutPositions(const SegObject& object, imaging::Warnings& warnings)
{
    warnings.push_back("The segmentation's frames have no positions: they are shown as a stack, without distances.");
    SegPlanes planes;
    planes.regular = false;
    planes.volumes = VolumeKind::Unknown;
    std::map<std::string, int> known;
    std::map<int, int> framesOfSegment;
    for (const SegFrame& frame : object.frames()) {
        const int inSegment = framesOfSegment[frame.segment]++;
        const std::string key = frame.sourceSopInstanceUid.empty() ? std::to_string(inSegment) : planeKey(frame);
        planes.slices.push_back(known.emplace(key, static_cast<int>(known.size())).first->second);
    }
    planes.grid.slices = static_cast<int>(known.size());
    return planes;
}

/// The planes as they lie in the patient.
struct Projection
{
    std::array<imaging::PatientPoint, 3> axes;
    std::vector<imaging::PatientPoint> positions; // Per frame.
    std::vector<double> distances; // Along the normal, per frame.
};

std::optional<Projection> project(const SegObject& object)
{
    std::optional<imaging::PlaneOrientation> first;
    Projection result;
    for (const SegFrame& frame : object.frames()) {
        const auto position = imaging::parsePosition(frame.position);
        const auto orientation = imaging::parseOrientation(frame.orientation);
        if (!position || !orientation)
            return std::nullopt;
        if (!first)
            first = orientation;
        if (!imaging::sameOrientation(*orientation, *first))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The segmentation's planes are turned against each other, so they form no volume of their own.");
        if (!imaging::sameSpacing(
                imaging::parseSpacing(frame.pixelSpacing), imaging::parseSpacing(object.frames().front().pixelSpacing)))
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The segmentation's planes have pixels of different size, so they form no volume of their own.");
        result.positions.push_back(*position);
        result.distances.push_back(imaging::dot(*position, first->normal));
    }
    result.axes = {first->row, first->column, first->normal};
    return result;
}

std::vector<double> distinct(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto same = [](double a, double b) { return b - a < kSamePlaneMm; };
    values.erase(std::unique(values.begin(), values.end(), same), values.end());
    return values;
}

void setSpacing(const SegObject& object, SegPlanes& planes, imaging::Warnings& warnings)
{
    const auto spacing = imaging::parseSpacing(object.pixelSpacing);
    if (spacing) {
        planes.grid.spacingMm = {(*spacing)[1], (*spacing)[0], planes.grid.spacingMm[2]};
        return;
    }
    planes.volumes = VolumeKind::Unknown;
    warnings.push_back("The segmentation has no pixel spacing: sizes are in pixels.");
}

/// Whether a plane is shifted against the first one by more than half a pixel, as with a tilted gantry.
bool isSheared(const Projection& projection, double pixelMm)
{
    return std::any_of(
        projection.positions.begin(), projection.positions.end(), [&](imaging::PatientPoint position) {
            const auto way = position - projection.positions.front();
            return std::abs(imaging::dot(way, projection.axes[0])) > 0.5 * pixelMm
                || std::abs(imaging::dot(way, projection.axes[1])) > 0.5 * pixelMm;
        });
}

/// Says why the planes are only a stack.
void warnOfStack(const Projection& projection, const SegObject& object, SegPlanes& planes, imaging::Warnings& warnings)
{
    const auto spacing = imaging::parseSpacing(object.pixelSpacing).value_or(std::array<double, 2>{1, 1});
    if (!planes.regular)
        warnings.push_back("The segmentation's planes have changing distances that have no step in common: as a stack "
                           "of their own they are shown at a mean distance, and places along it and volumes are "
                           "estimates.");
    if (!isSheared(projection, std::min(spacing[0], spacing[1])))
        return;
    planes.regular = false;
    warnings.push_back("The segmentation's planes are shifted against each other, as with a tilted gantry: as a stack "
                       "of their own they are shown without the shift.");
}

SegPlanes stackOf(const SegObject& object, const Projection& projection, imaging::Warnings& warnings)
{
    SegPlanes planes;
    const std::vector<double> levels = distinct(projection.distances);
    const PlaneStep step = planeStep(levels, {object.sliceSpacingMm, object.sliceThicknessMm});
    planes.regular = step.mm > 0;
    planes.volumes = step.volumes;
    const bool onSteps = planes.regular;
    const double extent = levels.back() - levels.front();
    const double mean = levels.size() > 1 ? extent / static_cast<double>(levels.size() - 1) : 1;
    const double slices = onSteps ? std::round(extent / step.mm) + 1 : static_cast<double>(levels.size());
    if (slices > kMostSlices || slices * static_cast<double>(object.framePixels()) > static_cast<double>(kMostFrameVoxels))
        throw imaging::Error(
            imaging::ErrorKind::InvalidInput, "The segmentation's planes span more voxels than can be held in memory.");
    planes.grid.slices = static_cast<int>(slices);
    planes.grid.spacingMm[2] = onSteps ? step.mm : mean;
    planes.grid.axes = projection.axes;
    for (double distance : projection.distances) {
        const auto level = std::lower_bound(levels.begin(), levels.end(), distance - kSamePlaneMm);
        const auto rank = std::min<std::ptrdiff_t>(level - levels.begin(), std::ssize(levels) - 1);
        const double index =
            onSteps ? std::round((distance - levels.front()) / step.mm) : static_cast<double>(rank);
        planes.slices.push_back(static_cast<int>(std::clamp(index, 0.0, slices - 1)));
    }
    const auto first = std::min_element(projection.distances.begin(), projection.distances.end());
    planes.grid.origin = projection.positions[static_cast<std::size_t>(first - projection.distances.begin())];
    warnOfStack(projection, object, planes, warnings);
    return planes;
}

} // namespace

SegPlanes layOutPlanes(const SegObject& object, imaging::Warnings& warnings)
{
    if (object.frames().empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The segmentation has no frames.");
    const auto projection = project(object);
    SegPlanes planes = projection ? stackOf(object, *projection, warnings) : stackWithoutPositions(object, warnings);
    planes.grid.columns = object.columns();
    planes.grid.rows = object.rows();
    setSpacing(object, planes, warnings);
    if (object.isOfProjection)
        planes.volumes = VolumeKind::Unknown;
    return planes;
}

std::optional<imaging::VoxelGrid> gridOfFrame(const SegObject& object, const SegFrame& frame)
{
    const auto position = imaging::parsePosition(frame.position);
    const auto orientation = imaging::parseOrientation(frame.orientation);
    const auto spacing = imaging::parseSpacing(frame.pixelSpacing);
    if (!position || !orientation || !spacing)
        return std::nullopt;
    imaging::VoxelGrid grid;
    grid.columns = object.columns();
    grid.rows = object.rows();
    grid.slices = 1;
    grid.spacingMm = {(*spacing)[1], (*spacing)[0], object.sliceThicknessMm > 0 ? object.sliceThicknessMm : 1};
    grid.origin = *position;
    grid.axes = {orientation->row, orientation->column, orientation->normal};
    return grid;
}

imaging::VoxelGrid gridOf(const SegObject& object, imaging::Warnings& warnings)
{
    return layOutPlanes(object, warnings).grid;
}

} // namespace annotations
