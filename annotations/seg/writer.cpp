#include "annotations/seg/writer.h"

#include "annotations/dicom/values.h"
#include "annotations/seg/seg_dataset.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

namespace annotations {

namespace {

[[noreturn]] void refuseWriting(const std::string& message)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, message);
}

void checkSource(const imaging::Volume& source, int columns, int rows)
{
    const imaging::VoxelGrid& grid = source.grid();
    if (source.info().sources.size() != static_cast<std::size_t>(grid.slices))
        refuseWriting("The picture was not read from DICOM, so no DICOM segmentation can refer to it; save the mask as NIfTI, "
               "NRRD or PNG instead.");
    if (grid.columns != columns || grid.rows != rows)
        refuseWriting("The mask has " + std::to_string(columns) + " x " + std::to_string(rows) + " pixels, the picture "
            + std::to_string(grid.columns) + " x " + std::to_string(grid.rows) + ": they do not belong together.");
}

void checkObject(const SegObject& object, const imaging::Volume& source)
{
    if (object.frames().empty())
        refuseWriting("Nothing is labelled, so there is nothing to save as a DICOM segmentation.");
    if (object.type() == SegType::LabelMap)
        throw imaging::Error(imaging::ErrorKind::WrongUse, "A label map is written from its voxels, not its frames.");
    if (object.segments.empty() || object.segments.size() > 65535)
        refuseWriting("A DICOM segmentation needs 1 to 65535 segments.");
    for (const SegFrame& frame : object.frames()) {
        if (frame.slice < 0 || frame.slice >= source.grid().slices)
            refuseWriting("A frame of the mask lies on slice " + std::to_string(frame.slice)
                + ", which the picture does not have.");
        if (frame.segment < 1 || static_cast<std::size_t>(frame.segment) > object.segments.size())
            refuseWriting("A frame of the mask belongs to segment " + std::to_string(frame.segment)
                + ", which is not described.");
    }
}

/// (7FE0,0010) as OB: the bits run on across frames, so they are packed here and not by a library (PS3.5 8.1.1).
void putPixels(DcmItem& dataset, const SegObject& object)
{
    auto element = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, EVR_OB));
    const std::span<const std::uint8_t> pixels = object.pixels();
    if (pixels.size() >= 0xFFFFFFFEu)
        refuseWriting("The segmentation has more than 4 GB of pixels; save fewer segments at a time.");
    Uint8* bytes = nullptr;
    const auto even = static_cast<Uint32>(pixels.size() + pixels.size() % 2);
    if (element->createUint8Array(even, bytes).bad())
        throw imaging::Error(imaging::ErrorKind::Internal, "There is not enough memory for the segmentation's pixels.");
    std::copy(pixels.begin(), pixels.end(), bytes);
    if (even > pixels.size())
        bytes[even - 1] = 0;
    if (dataset.insert(element.get(), OFTrue).bad())
        throw imaging::Error(imaging::ErrorKind::Internal, "The segmentation's pixels cannot be set.");
    element.release();
}

void save(DcmFileFormat& file, const std::filesystem::path& path)
{
    imaging::AtomicFile atomic(path);
    const OFCondition saved = file.saveFile(atomic.temporaryPath().c_str(), EXS_LittleEndianExplicit,
        EET_UndefinedLength, EGL_recalcGL, EPD_withoutPadding);
    if (saved.bad())
        throw imaging::Error(imaging::ErrorKind::Io,
            "The segmentation '" + path.string() + "' cannot be written: " + saved.text()
                + ". Check the folder's rights and the free space.",
            path.string());
    atomic.commit();
}

SegFrame frameOf(int segment, int slice)
{
    SegFrame frame;
    frame.segment = segment;
    frame.slice = slice;
    return frame;
}

/// Which values each slice holds.
std::vector<std::set<std::uint16_t>> valuesPerSlice(const LabelMap& map)
{
    std::vector<std::set<std::uint16_t>> values(static_cast<std::size_t>(map.grid().slices));
    for (int s = 0; s < map.grid().slices; ++s) {
        std::uint16_t last = 0;
        for (std::uint16_t value : map.slice(s)) {
            if (value == last)
                continue;
            last = value;
            if (value != 0)
                values[static_cast<std::size_t>(s)].insert(value);
        }
    }
    return values;
}

/// The labels that are drawn, in the table's order. Throws when a drawn value has no label.
std::vector<Label> drawnLabels(const std::vector<std::set<std::uint16_t>>& values, std::span<const Label> labels)
{
    std::set<std::uint16_t> drawn;
    for (const auto& slice : values)
        drawn.insert(slice.begin(), slice.end());
    std::vector<Label> result;
    for (const Label& label : labels) {
        if (drawn.erase(label.value) > 0)
            result.push_back(label);
    }
    if (!drawn.empty())
        refuseWriting("The mask holds the value " + std::to_string(*drawn.begin()) + ", for which there is no label.");
    return result;
}

/// Segment Numbers start at 1 and have no gaps (PS3.3 C.8.20.4).
std::string renumbering(const std::vector<Label>& segments)
{
    std::string changes;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (segments[i].value != i + 1)
            changes += (changes.empty() ? "" : ", ") + std::to_string(segments[i].value) + " became "
                + std::to_string(i + 1);
    }
    return changes.empty() ? changes
                           : "The segments of a DICOM segmentation are numbered from 1 without gaps: " + changes + ".";
}

} // namespace

WrittenSeg writeSeg(const std::filesystem::path& path, const imaging::Volume& source, const LabelMap& map,
    std::span<const Label> labels, const SegWriteOptions& options)
{
    checkSource(source, map.grid().columns, map.grid().rows);
    if (map.grid().slices != source.grid().slices)
        refuseWriting("The mask has " + std::to_string(map.grid().slices) + " slices, the picture "
            + std::to_string(source.grid().slices) + ": they do not belong together.");
    const auto values = valuesPerSlice(map);
    SegObject object(SegType::Binary, map.grid().columns, map.grid().rows);
    object.segments = drawnLabels(values, labels);
    for (std::size_t i = 0; i < object.segments.size(); ++i) {
        for (int s = 0; s < map.grid().slices; ++s) {
            if (values[static_cast<std::size_t>(s)].contains(object.segments[i].value))
                object.addFrame(frameOf(static_cast<int>(i + 1), s), map.slice(s), object.segments[i].value);
        }
    }
    return writeSeg(path, source, object, options);
}

WrittenSeg writeSeg(const std::filesystem::path& path, const imaging::Volume& source, const SegObject& object,
    const SegWriteOptions& options)
{
    checkSource(source, object.columns(), object.rows());
    checkObject(object, source);
    WrittenSeg written;
    written.sopInstanceUid = newUid();
    written.seriesInstanceUid = options.seriesInstanceUid.empty() ? newUid() : options.seriesInstanceUid;
    written.frames = object.frames().size();
    written.renumbered = renumbering(object.segments);

    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    putContext(dataset, source, object, options, written);
    put(dataset, DCM_NumberOfFrames, std::to_string(written.frames));
    put(dataset, DCM_Rows, static_cast<std::uint16_t>(object.rows()));
    put(dataset, DCM_Columns, static_cast<std::uint16_t>(object.columns()));
    putSegments(dataset, object, options);
    putFrames(dataset, source, object);
    putPixels(dataset, object);
    save(file, path);
    return written;
}

WrittenSeg writeProbabilities(const std::filesystem::path& path, const imaging::Volume& source,
    std::span<const float> probabilities, const Label& label, const SegWriteOptions& options)
{
    const imaging::VoxelGrid& grid = source.grid();
    if (probabilities.size() != grid.voxels())
        refuseWriting("The probabilities do not have the picture's size.");
    SegObject object(SegType::FractionalProbability, grid.columns, grid.rows);
    object.segments = {label};
    std::vector<std::uint8_t> values(grid.sliceVoxels());
    for (int s = 0; s < grid.slices; ++s) {
        const auto slice = probabilities.subspan(static_cast<std::size_t>(s) * values.size(), values.size());
        std::transform(slice.begin(), slice.end(), values.begin(), [](float p) {
            return static_cast<std::uint8_t>(std::isfinite(p) ? std::lround(std::clamp(p, 0.0f, 1.0f) * 255) : 0);
        });
        if (std::any_of(values.begin(), values.end(), [](std::uint8_t v) { return v != 0; }))
            object.addFrame(frameOf(1, s), values);
    }
    return writeSeg(path, source, object, options);
}

} // namespace annotations
