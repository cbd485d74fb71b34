#include "annotations/seg/bits.h"
#include "annotations/seg/planes.h"
#include "annotations/seg/reader.h"
#include "imaging/error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace annotations {

namespace {

/// Finds the slice of a volume that a frame lies on: by source instance, then by position.
class SliceFinder
{
public:
    explicit SliceFinder(const imaging::Volume& source)
    {
        const auto& sources = source.info().sources;
        m_normal = source.grid().axes[2];
        m_tolerance = std::max(0.01, 0.05 * source.grid().spacingMm[2]);
        m_inPlaneTolerance = 0.5 * std::max(source.grid().spacingMm[0], source.grid().spacingMm[1]);
        for (std::size_t i = 0; i < sources.size(); ++i) {
            m_byInstance.emplace(std::pair(sources[i].sopInstanceUid, sources[i].frameNumber), static_cast<int>(i));
            if (const auto position = parsePosition(sources[i].imagePosition))
                m_positions.emplace_back(*position, static_cast<int>(i));
        }
        for (int i = 0; sources.empty() && i < source.grid().slices; ++i)
            m_positions.emplace_back(source.grid().toPatient(0, 0, i), i);
    }

    int find(const SegFrame& frame) const
    {
        const auto instance = m_byInstance.find(std::pair(frame.sourceSopInstanceUid, frame.sourceFrame));
        if (instance != m_byInstance.end())
            return instance->second;
        const auto position = parsePosition(frame.position);
        if (!position)
            return -1;
        for (const auto& [plane, slice] : m_positions) {
            const imaging::PatientPoint offset = *position - plane;
            const double along = imaging::dot(offset, m_normal);
            if (std::abs(along) <= m_tolerance && imaging::length(offset - along * m_normal) <= m_inPlaneTolerance)
                return slice;
        }
        return -1;
    }

private:
    std::map<std::pair<std::string, int>, int> m_byInstance;
    std::vector<std::pair<imaging::PatientPoint, int>> m_positions;
    imaging::PatientPoint m_normal;
    double m_tolerance = 0;
    double m_inPlaneTolerance = 0;
};

/// Draws a frame into a slice; gives how many voxels held another segment.
std::size_t draw(const SegObject& object, std::size_t index, std::span<std::uint16_t> slice)
{
    const auto value = static_cast<std::uint16_t>(object.frames()[index].segment);
    const std::size_t first = index * object.framePixels();
    if (object.type() == SegType::Binary)
        return unpackLabel(object.pixels(), first, value, slice);
    std::size_t overwritten = 0;
    const auto values = object.pixels().subspan(first, slice.size());
    for (std::size_t i = 0; i < slice.size(); ++i) {
        if (values[i] == 0 || 2 * values[i] < object.maximumFractionalValue)
            continue;
        overwritten += slice[i] != 0 && slice[i] != value;
        slice[i] = value;
    }
    return overwritten;
}

LabelMap drawAll(const SegObject& object, const imaging::VoxelGrid& grid, const std::vector<int>& slices,
    imaging::Warnings& warnings)
{
    // In the order of segment numbers, so that which one wins does not depend on the file's order of frames.
    std::vector<std::size_t> order(slices.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(),
        [&](std::size_t a, std::size_t b) { return object.frames()[a].segment < object.frames()[b].segment; });
    LabelMap::Voxels voxels(grid.voxels());
    std::size_t overwritten = 0;
    for (std::size_t index : order) {
        if (slices[index] < 0)
            continue;
        const auto first = static_cast<std::size_t>(slices[index]) * grid.sliceVoxels();
        overwritten += draw(object, index, std::span(voxels).subspan(first, grid.sliceVoxels()));
    }
    if (overwritten > 0)
        warnings.push_back("Segments overlap in " + std::to_string(overwritten)
            + " voxels; there the segment with the higher number was kept.");
    return LabelMap(grid, std::move(voxels));
}

} // namespace

std::vector<int> slicesIn(const SegObject& object, const imaging::Volume& source)
{
    const SliceFinder finder(source);
    std::vector<int> slices;
    for (const SegFrame& frame : object.frames())
        slices.push_back(finder.find(frame));
    return slices;
}

LabelMap toLabelMap(const SegObject& object, const imaging::Volume& source, imaging::Warnings& warnings)
{
    const imaging::VoxelGrid& grid = source.grid();
    if (object.columns() != grid.columns || object.rows() != grid.rows)
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "The segmentation has " + std::to_string(object.columns()) + " x " + std::to_string(object.rows())
                + " pixels, the picture " + std::to_string(grid.columns) + " x " + std::to_string(grid.rows)
                + ": it was made from other pictures.");
    const std::vector<int> slices = slicesIn(object, source);
    const auto lost = static_cast<std::size_t>(std::count(slices.begin(), slices.end(), -1));
    if (lost == slices.size())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "None of the segmentation's frames lies on a slice of this series: it was made from other pictures.");
    if (lost > 0)
        warnings.push_back(std::to_string(lost) + " of the segmentation's " + std::to_string(slices.size())
            + " frames lie on no slice of this series and were left out.");
    return drawAll(object, grid, slices, warnings);
}

LabelMap toLabelMap(const SegObject& object, imaging::Warnings& warnings)
{
    const SegPlanes planes = layOutPlanes(object, warnings);
    return drawAll(object, planes.grid, planes.slices, warnings);
}

} // namespace annotations
