#include "annotations/grid_match.h"
#include "annotations/seg/bits.h"
#include "annotations/seg/planes.h"
#include "annotations/seg/reader.h"
#include "annotations/seg/seg_places.h"
#include "imaging/error.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace annotations {

namespace {

[[noreturn]] void refuseLabels(const std::string& reason)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, reason);
}

bool isFractional(const SegObject& object)
{
    return object.type() == SegType::FractionalProbability || object.type() == SegType::FractionalOccupancy;
}

imaging::VoxelGrid sizeOfFrame(const SegObject& object)
{
    imaging::VoxelGrid grid;
    grid.columns = object.columns();
    grid.rows = object.rows();
    grid.slices = 1;
    return grid;
}

/// Draws frames into a label map, where they lie.
class Drawing
{
public:
    Drawing(const SegObject& object, const imaging::VoxelGrid& grid)
        : m_object(object)
        , m_grid(grid)
        , m_voxels(grid.voxels())
        , m_best(isFractional(object) && object.segments.size() > 1 ? grid.voxels() : 0)
    {
    }

    void draw(std::size_t frame, const IndexMap& map)
    {
        const PlacedVoxels placed(sizeOfFrame(m_object), map, m_grid);
        const std::uint16_t value = m_object.type() == SegType::LabelMap
            ? std::uint16_t{0}
            : m_object.segments[static_cast<std::size_t>(m_object.frames()[frame].segment) - 1].value;
        if (m_object.type() == SegType::LabelMap)
            drawEach(placed, m_object.labels(frame), [](std::uint16_t label) { return label; });
        else if (isFractional(m_object))
            drawFractions(placed, m_object.frame(frame), value);
        else if (placed.isStretch())
            m_overwritten += unpackLabel(m_object.pixels(), frame * m_object.framePixels(), value,
                std::span(m_voxels).subspan(*placed(0, 0, 0), m_object.framePixels()));
        else
            drawEach<std::uint8_t>(placed, m_object.frame(frame), [value](std::uint8_t) { return value; });
    }

    LabelMap finish(imaging::Warnings& warnings)
    {
        if (m_overwritten > 0)
            warnings.push_back("Segments overlap in " + std::to_string(m_overwritten) + " voxels; there the "
                + (isFractional(m_object) ? "more probable segment" : "segment with the higher number")
                + " was kept.");
        if (m_outside > 0)
            warnings.push_back(
                std::to_string(m_outside) + " labelled voxels lie outside the picture and were left out.");
        return {m_grid, std::move(m_voxels)};
    }

private:
    template <typename T, typename ValueOf>
    void drawEach(const PlacedVoxels& placed, std::span<const T> values, ValueOf valueOf)
    {
        std::size_t at = 0;
        for (int row = 0; row < m_object.rows(); ++row) {
            for (int column = 0; column < m_object.columns(); ++column, ++at) {
                if (values[at] == 0)
                    continue;
                if (const auto to = placed(column, row, 0))
                    set(*to, valueOf(values[at]));
                else
                    ++m_outside;
            }
        }
    }

    /// From one half up a voxel belongs to a segment; of several the more probable one has it.
    void drawFractions(const PlacedVoxels& placed, const std::vector<std::uint8_t>& values, std::uint16_t label)
    {
        std::size_t at = 0;
        for (int row = 0; row < m_object.rows(); ++row) {
            for (int column = 0; column < m_object.columns(); ++column, ++at) {
                const std::uint8_t value = values[at];
                if (value == 0 || 2 * value < m_object.maximumFractionalValue)
                    continue;
                const auto to = placed(column, row, 0);
                m_outside += !to;
                if (!to)
                    continue;
                if (!m_best.empty() && value < m_best[*to]) {
                    m_overwritten += m_voxels[*to] != label;
                    continue;
                }
                if (!m_best.empty())
                    m_best[*to] = value;
                set(*to, label);
            }
        }
    }

    void set(std::size_t at, std::uint16_t label)
    {
        m_overwritten += m_voxels[at] != 0 && m_voxels[at] != label;
        m_voxels[at] = label;
    }

    const SegObject& m_object;
    imaging::VoxelGrid m_grid;
    LabelMap::Voxels m_voxels;
    std::vector<std::uint8_t, ZeroedAllocator<std::uint8_t>> m_best; ///< Fraction of the label that a voxel has.
    std::size_t m_overwritten = 0;
    std::size_t m_outside = 0;
};

/// In the order of segment numbers, so that which one wins does not depend on the file's order of frames.
LabelMap drawAll(const SegObject& object, const imaging::VoxelGrid& grid, const std::vector<Placement>& places,
    imaging::Warnings& warnings)
{
    const auto numberOf = [&](std::size_t frame) {
        const auto segment = static_cast<std::size_t>(object.frames()[frame].segment) - 1;
        return object.type() == SegType::LabelMap ? std::uint16_t{0} : object.segments[segment].value;
    };
    std::vector<std::size_t> order(places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(
        order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return numberOf(a) < numberOf(b); });
    Drawing drawing(object, grid);
    for (const std::size_t frame : order) {
        if (places[frame].fit == Fit::Exact)
            drawing.draw(frame, places[frame].map);
    }
    return drawing.finish(warnings);
}

LabelMap drawStack(const SegObject& object, const SegPlanes& planes, imaging::Warnings& warnings)
{
    std::vector<Placement> places(planes.slices.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        places[i].fit = Fit::Exact;
        places[i].map.start[2] = planes.slices[i];
    }
    return drawAll(object, planes.grid, places, warnings);
}

/// The SEG's own volume on the picture's voxels, which lie between its own.
LabelMap resampled(const SegObject& object, const PictureGrid& picture, imaging::Warnings& warnings)
{
    imaging::Warnings ofStack;
    const SegPlanes planes = layOutPlanes(object, ofStack);
    if (!planes.regular)
        refuseLabels("The segmentation lies on other planes than the picture, and its own form no regular grid, so it cannot "
               "be brought onto the picture's.");
    LaidMask laid = layOn(drawStack(object, planes, warnings), picture);
    warnings.push_back(resamplingNote(planes.grid, picture.grid));
    return std::move(laid.map);
}

std::size_t countOf(const std::vector<Placement>& places, Fit fit)
{
    return static_cast<std::size_t>(
        std::count_if(places.begin(), places.end(), [fit](const Placement& place) { return place.fit == fit; }));
}

[[noreturn]] void refuseAll(const SegPlaces& places)
{
    if (places.unclear > 0)
        refuseLabels("The segmentation does not say which of several slices each of its frames belongs to.");
    if (places.byReference)
        refuseLabels("The segmentation or the picture does not say where in the patient it lies, and none of the frames "
               "names an image of this series as its source: it was made from other pictures.");
    refuseLabels("None of the segmentation's frames lies where this picture is: it was made from other pictures.");
}

/// A frame's pixels in the order of the slice that it lies on; nothing when it does not lie in one slice, with all that
/// is drawn.
std::optional<std::vector<std::uint8_t>> valuesOnSlice(
    const SegObject& object, std::size_t frame, const Placement& place, const imaging::VoxelGrid& grid)
{
    if (place.fit != Fit::Exact || place.map.axis[2] != 2)
        return std::nullopt;
    const PlacedVoxels placed(sizeOfFrame(object), place.map, grid);
    const std::size_t first = grid.offset({0, 0, static_cast<int>(place.map.start[2])});
    const auto own = object.frame(frame);
    if (placed.isStretch())
        return own;
    std::vector<std::uint8_t> values(grid.sliceVoxels());
    std::size_t at = 0;
    for (int row = 0; row < object.rows(); ++row) {
        for (int column = 0; column < object.columns(); ++column, ++at) {
            if (own[at] == 0)
                continue;
            const auto to = placed(column, row, 0);
            if (!to)
                return std::nullopt;
            values[*to - first] = own[at];
        }
    }
    return values;
}

} // namespace

void warnOfLostFrames(const SegObject& object, std::size_t lost, imaging::Warnings& warnings)
{
    if (lost > 0)
        warnings.push_back(std::to_string(lost) + " of the segmentation's " + std::to_string(object.frames().size())
            + " frames lie on no slice of this series and were left out.");
}

SegOnPicture layOn(
    const SegObject& object, const imaging::Volume& picture, imaging::Warnings& warnings, Belonging belonging)
{
    checkBelonging(object, picture, belonging, warnings);
    warnings.insert(warnings.end(), object.warnings.begin(), object.warnings.end());
    const SegPlaces places = placesOf(object, picture);
    const std::size_t exact = countOf(places.frames, Fit::Exact);
    if (countOf(places.frames, Fit::OtherGrid) > 0)
        return {resampled(object, *pictureGridOf(picture), warnings), 0, 0, true};
    if (exact == 0)
        refuseAll(places);
    if (places.unclear > 0)
        warnings.push_back(std::to_string(places.unclear)
            + " of the segmentation's frames do not say which of several slices they belong to and were left out.");
    return {drawAll(object, picture.grid(), places.frames, warnings), places.frames.size() - exact - places.unclear,
        places.unclear, false};
}

LabelMap toLabelMap(const SegObject& object, const imaging::Volume& source, imaging::Warnings& warnings)
{
    SegOnPicture laid = layOn(object, source, warnings);
    warnOfLostFrames(object, laid.framesOutside, warnings);
    return std::move(laid.map);
}

LabelMap toLabelMap(const SegObject& object, imaging::Warnings& warnings)
{
    warnings.insert(warnings.end(), object.warnings.begin(), object.warnings.end());
    return drawStack(object, layOutPlanes(object, warnings), warnings);
}

std::optional<SegObject> onSlicesOf(
    const SegObject& object, const imaging::Volume& picture, imaging::Warnings& warnings, Belonging belonging)
{
    if (object.type() == SegType::LabelMap)
        return std::nullopt;
    imaging::Warnings confirmed; // Not said twice where layOn() takes over.
    checkBelonging(object, picture, belonging, confirmed);
    const SegPlaces places = placesOf(object, picture);
    SegObject result(object.type(), picture.grid().columns, picture.grid().rows);
    result.segments = object.segments;
    result.maximumFractionalValue = object.maximumFractionalValue;
    for (std::size_t i = 0; i < places.frames.size(); ++i) {
        const Placement& place = places.frames[i];
        if (place.fit == Fit::Outside)
            continue;
        const auto values = valuesOnSlice(object, i, place, picture.grid());
        if (!values)
            return std::nullopt;
        SegFrame frame = object.frames()[i];
        frame.slice = static_cast<int>(place.map.start[2]);
        result.addFrame(std::move(frame), *values);
    }
    if (result.frames().empty())
        refuseAll(places);
    warnings.insert(warnings.end(), confirmed.begin(), confirmed.end());
    warnings.insert(warnings.end(), object.warnings.begin(), object.warnings.end());
    warnOfLostFrames(object, object.frames().size() - result.frames().size(), warnings);
    return result;
}

} // namespace annotations
