#include "annotations/seg/planes.h"

#include "annotations/seg/plane_key.h"
#include "annotations/seg/reader.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace annotations {

namespace {

constexpr double kSamePlaneMm = 1e-3;
constexpr double kMostSlices = 20000;
constexpr std::size_t kMostVoxels = std::size_t{1} << 29;

std::vector<double> parseNumbers(const std::string& text)
{
    std::vector<double> numbers;
    const char* at = text.c_str();
    while (*at) {
        char* end = nullptr;
        const double number = std::strtod(at, &end);
        if (end == at || !std::isfinite(number) || std::abs(number) > 1e7)
            return {};
        numbers.push_back(number);
        while (*end == ' ')
            ++end;
        if (*end == '\\')
            ++end;
        else if (*end)
            return {};
        at = end;
    }
    return numbers;
}

/// Planes without positions: one a source image, else one a frame of each segment.
SegPlanes stackWithoutPositions(const SegObject& object, imaging::Warnings& warnings)
{
    warnings.push_back("The segmentation's frames have no positions: they are shown as a stack, without distances.");
    SegPlanes planes;
    planes.regular = false;
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

struct Projection
{
    std::array<imaging::PatientPoint, 3> axes;
    std::vector<imaging::PatientPoint> positions; // Per frame.
    std::vector<double> distances; // Along the normal, per frame.
};

std::optional<Projection> project(const SegObject& object)
{
    Projection result;
    for (const SegFrame& frame : object.frames()) {
        const auto position = parsePosition(frame.position);
        const auto axes = parseOrientation(frame.orientation);
        if (!position || !axes)
            return std::nullopt;
        if (result.positions.empty())
            result.axes = {(*axes)[0], (*axes)[1], imaging::cross((*axes)[0], (*axes)[1])};
        for (int i = 0; i < 2; ++i) {
            const auto index = static_cast<std::size_t>(i);
            if (imaging::length((*axes)[index] - result.axes[index]) > 1e-3)
                throw imaging::Error(imaging::ErrorKind::InvalidInput,
                    "The segmentation's planes are not parallel, so they form no volume.");
        }
        result.positions.push_back(*position);
        result.distances.push_back(imaging::dot(*position, result.axes[2]));
    }
    return result;
}

std::vector<double> distinct(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto same = [](double a, double b) { return b - a < kSamePlaneMm; };
    values.erase(std::unique(values.begin(), values.end(), same), values.end());
    return values;
}

/// The step between slices: as stored when it fits, else the smallest gap; 0 when the gaps are no multiples of one.
double stepOf(const std::vector<double>& planes, double storedStep)
{
    if (planes.size() < 2)
        return storedStep > 0 && std::isfinite(storedStep) ? storedStep : 1;
    double smallest = planes[1] - planes[0];
    for (std::size_t i = 1; i < planes.size(); ++i)
        smallest = std::min(smallest, planes[i] - planes[i - 1]);
    for (double step : {storedStep, smallest}) {
        const auto fits = [&](double plane) {
            const double index = (plane - planes.front()) / step;
            return std::abs(index - std::round(index)) < 0.05;
        };
        if (step > kSamePlaneMm && std::isfinite(step) && std::all_of(planes.begin(), planes.end(), fits))
            return step;
    }
    return 0;
}

void setSpacing(const SegObject& object, imaging::VoxelGrid& grid, imaging::Warnings& warnings)
{
    const std::vector<double> spacing = parseNumbers(object.pixelSpacing);
    if (spacing.size() == 2 && spacing[0] > 0 && spacing[1] > 0)
        grid.spacingMm = {spacing[1], spacing[0], grid.spacingMm[2]};
    else
        warnings.push_back("The segmentation has no pixel spacing: sizes are in pixels.");
}

SegPlanes stackOf(const SegObject& object, const Projection& projection, imaging::Warnings& warnings)
{
    SegPlanes planes;
    const std::vector<double> levels = distinct(projection.distances);
    const double step = stepOf(levels, object.sliceSpacingMm);
    planes.regular = step > 0;
    const double extent = levels.back() - levels.front();
    if (!planes.regular)
        warnings.push_back("The segmentation's planes have changing distances: volumes are estimates.");
    const double mean = levels.size() > 1 ? extent / static_cast<double>(levels.size() - 1) : 1;
    const double slices = planes.regular ? std::round(extent / step) + 1 : static_cast<double>(levels.size());
    if (slices > kMostSlices || slices * static_cast<double>(object.framePixels()) > static_cast<double>(kMostVoxels))
        throw imaging::Error(
            imaging::ErrorKind::InvalidInput, "The segmentation's planes span more voxels than can be held in memory.");
    planes.grid.slices = static_cast<int>(slices);
    planes.grid.spacingMm[2] = planes.regular ? step : mean;
    planes.grid.axes = projection.axes;
    for (double distance : projection.distances) {
        const auto level = std::lower_bound(levels.begin(), levels.end(), distance - kSamePlaneMm);
        const auto rank = std::min<std::ptrdiff_t>(level - levels.begin(), std::ssize(levels) - 1);
        const double index =
            planes.regular ? std::round((distance - levels.front()) / step) : static_cast<double>(rank);
        planes.slices.push_back(static_cast<int>(std::clamp(index, 0.0, slices - 1)));
    }
    const auto first = std::min_element(projection.distances.begin(), projection.distances.end());
    planes.grid.origin = projection.positions[static_cast<std::size_t>(first - projection.distances.begin())];
    return planes;
}

} // namespace

std::optional<imaging::PatientPoint> parsePosition(const std::string& text)
{
    const std::vector<double> n = parseNumbers(text);
    if (n.size() != 3)
        return std::nullopt;
    return imaging::PatientPoint{n[0], n[1], n[2]};
}

std::optional<std::array<imaging::PatientPoint, 2>> parseOrientation(const std::string& text)
{
    const std::vector<double> n = parseNumbers(text);
    if (n.size() != 6)
        return std::nullopt;
    imaging::PatientPoint row{n[0], n[1], n[2]};
    imaging::PatientPoint column{n[3], n[4], n[5]};
    const double rowLength = imaging::length(row);
    const double columnLength = imaging::length(column);
    if (std::abs(rowLength - 1) > 0.01 || std::abs(columnLength - 1) > 0.01
        || std::abs(imaging::dot(row, column)) > 0.01)
        return std::nullopt;
    return std::array<imaging::PatientPoint, 2>{(1 / rowLength) * row, (1 / columnLength) * column};
}

SegPlanes layOutPlanes(const SegObject& object, imaging::Warnings& warnings)
{
    if (object.frames().empty())
        throw imaging::Error(imaging::ErrorKind::InvalidInput, "The segmentation has no frames.");
    const auto projection = project(object);
    SegPlanes planes = projection ? stackOf(object, *projection, warnings) : stackWithoutPositions(object, warnings);
    planes.grid.columns = object.columns();
    planes.grid.rows = object.rows();
    setSpacing(object, planes.grid, warnings);
    return planes;
}

imaging::VoxelGrid gridOf(const SegObject& object, imaging::Warnings& warnings)
{
    return layOutPlanes(object, warnings).grid;
}

} // namespace annotations
