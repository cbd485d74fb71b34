#include "annotations/seg/reader.h"

#include "annotations/seg/bits.h"
#include "annotations/seg/colour.h"
#include "annotations/seg/dicom_values.h"
#include "imaging/dicom/prescan.h"
#include "imaging/error.h"

#include <dcmtk/dcmdata/dctk.h>

#include <cstring>
#include <map>
#include <set>
#include <utility>

namespace annotations {

namespace {

// PS3.4 B.5, PS3.3 C.8.20.2.3; not yet known to DCMTK 3.6.7.
constexpr std::string_view kLabelMapSegmentation = "1.2.840.10008.5.1.4.1.1.66.7";

/// Refuses this file, with its name in the sentence.
class Refusal
{
public:
    explicit Refusal(const std::filesystem::path& path)
        : m_path(path.string())
    {
    }

    [[noreturn]] void invalid(const std::string& reason) const { fail(imaging::ErrorKind::InvalidInput, reason); }
    [[noreturn]] void unsupported(const std::string& reason) const { fail(imaging::ErrorKind::Unsupported, reason); }

    [[noreturn]] void fail(imaging::ErrorKind kind, const std::string& reason) const
    {
        throw imaging::Error(kind, "The file '" + m_path + "' cannot be read as a segmentation: " + reason, m_path);
    }

private:
    std::string m_path;
};

std::uint16_t number(DcmItem& item, const DcmTagKey& tag)
{
    Uint16 value = 0;
    return item.findAndGetUint16(tag, value).good() ? value : std::uint16_t{0};
}

std::vector<DcmItem*> items(DcmItem& item, const DcmTagKey& sequence)
{
    std::vector<DcmItem*> result;
    DcmSequenceOfItems* found = nullptr;
    if (item.findAndGetSequence(sequence, found).bad() || !found)
        return result;
    // Walking the list: getItem(i) would count from the start each time.
    for (DcmObject* object = found->nextInContainer(nullptr); object; object = found->nextInContainer(object))
        result.push_back(static_cast<DcmItem*>(object));
    return result;
}

DcmItem* firstItem(DcmItem* item, const DcmTagKey& sequence)
{
    DcmItem* found = nullptr;
    return item && item->findAndGetSequenceItem(sequence, found, 0).good() ? found : nullptr;
}

/// A functional group's item: of the frame, else the shared one.
DcmItem* groupItem(DcmItem& frame, DcmItem* shared, const DcmTagKey& sequence)
{
    DcmItem* own = firstItem(&frame, sequence);
    return own ? own : firstItem(shared, sequence);
}

SegType typeOf(DcmItem& dataset, const Refusal& refusal)
{
    const std::string type = stored(dataset, DCM_SegmentationType);
    if (type == "BINARY")
        return SegType::Binary;
    if (type == "FRACTIONAL")
        return stored(dataset, DCM_SegmentationFractionalType) == "OCCUPANCY" ? SegType::FractionalOccupancy
                                                                              : SegType::FractionalProbability;
    if (type == "LABELMAP")
        return SegType::Binary; // Taken apart into one mask for each segment.
    refusal.unsupported("its segmentation type is '" + valueText(type, 16) + "', not BINARY, FRACTIONAL or LABELMAP.");
}

/// Our own look at the bytes comes first: no library sees a file that it could crash or exhaust (dicom.md section 1).
void checkFile(const std::filesystem::path& path, const Refusal& refusal)
{
    const auto header = imaging::prescanFile(path, imaging::PrescanExtent::WholeFile);
    if (!header)
        refusal.invalid("it is not DICOM.");
    const std::string_view sopClass = header->root().rawText(imaging::tags::kSopClassUid);
    if (sopClass != UID_SegmentationStorage && sopClass != kLabelMapSegmentation)
        refusal.invalid("it is another kind of DICOM object (not a Segmentation).");
    if (header->pixels && header->pixels->encapsulated)
        refusal.unsupported("its pixels are compressed: decompress it first, for example with dcmdrle.");
}

AlgorithmType algorithmOf(const std::string& text)
{
    if (text == "AUTOMATIC")
        return AlgorithmType::Automatic;
    return text == "SEMIAUTOMATIC" ? AlgorithmType::SemiAutomatic : AlgorithmType::Manual;
}

Label labelOf(DcmItem& item, std::size_t index)
{
    Label label;
    label.value = static_cast<std::uint16_t>(index + 1);
    label.name = stored(item, DCM_SegmentLabel);
    label.category = storedCode(item, DCM_SegmentedPropertyCategoryCodeSequence);
    label.type = storedCode(item, DCM_SegmentedPropertyTypeCodeSequence);
    label.region = storedCode(item, DCM_AnatomicRegionSequence);
    if (DcmItem* region = firstItem(&item, DCM_AnatomicRegionSequence))
        label.laterality = storedCode(*region, DCM_AnatomicRegionModifierSequence);
    label.algorithm = algorithmOf(stored(item, DCM_SegmentAlgorithmType));
    label.algorithmName = stored(item, DCM_SegmentAlgorithmName);
    label.description = stored(item, DCM_SegmentDescription);
    label.trackingId = stored(item, DCM_TrackingID);
    label.trackingUid = stored(item, DCM_TrackingUID);
    std::array<std::uint16_t, 3> lab{};
    bool coloured = true;
    for (unsigned long i = 0; i < lab.size(); ++i)
        coloured = item.findAndGetUint16(DCM_RecommendedDisplayCIELabValue, lab[i], i).good() && coloured;
    if (coloured)
        label.colour = rgbFromCielab(lab);
    return label;
}

/// Segment number as stored -> index from 1; files from elsewhere may number otherwise.
std::map<int, int> readSegments(DcmItem& dataset, SegObject& object, const Refusal& refusal)
{
    std::map<int, int> indices;
    for (DcmItem* item : items(dataset, DCM_SegmentSequence)) {
        if (object.segments.size() == 65535)
            refusal.invalid("it describes more than 65535 segments.");
        if (object.isFromLabelMap && number(*item, DCM_SegmentNumber) == 0)
            continue; // The background.
        object.segments.push_back(labelOf(*item, object.segments.size()));
        const int stored = number(*item, DCM_SegmentNumber);
        if (!indices.emplace(stored, static_cast<int>(object.segments.size())).second)
            refusal.invalid("two of its segments have the number " + std::to_string(stored) + ".");
    }
    if (object.segments.empty())
        refusal.invalid("it describes no segment.");
    return indices;
}

void readSource(DcmItem& group, DcmItem* shared, SegFrame& frame)
{
    DcmItem* image = firstItem(groupItem(group, shared, DCM_DerivationImageSequence), DCM_SourceImageSequence);
    if (!image)
        return;
    frame.sourceSopInstanceUid = stored(*image, DCM_ReferencedSOPInstanceUID);
    Sint32 sourceFrame = 0;
    if (image->findAndGetSint32(DCM_ReferencedFrameNumber, sourceFrame).good() && sourceFrame > 0)
        frame.sourceFrame = sourceFrame;
}

int segmentOf(int number, const std::map<int, int>& segments, const Refusal& refusal)
{
    const auto segment = segments.find(number);
    if (segment == segments.end())
        refusal.invalid("a frame belongs to segment " + std::to_string(number) + ", which is not described.");
    return segment->second;
}

/// Where a frame lies; its segment is found elsewhere.
SegFrame planeOf(DcmItem& group, DcmItem* shared)
{
    SegFrame frame;
    if (DcmItem* position = groupItem(group, shared, DCM_PlanePositionSequence))
        frame.position = stored(*position, DCM_ImagePositionPatient);
    if (DcmItem* orientation = groupItem(group, shared, DCM_PlaneOrientationSequence))
        frame.orientation = stored(*orientation, DCM_ImageOrientationPatient);
    readSource(group, shared, frame);
    return frame;
}

std::vector<SegFrame> readFrames(
    DcmItem& dataset, SegObject& object, const std::map<int, int>& segments, const Refusal& refusal)
{
    Sint32 count = 0;
    if (dataset.findAndGetSint32(DCM_NumberOfFrames, count).bad() || count < 1)
        refusal.invalid("it has no frames.");
    const std::vector<DcmItem*> groups = items(dataset, DCM_PerFrameFunctionalGroupsSequence);
    if (groups.size() != static_cast<std::size_t>(count))
        refusal.invalid("it says that it has " + std::to_string(count) + " frames, but describes "
            + std::to_string(groups.size()) + ".");
    DcmItem* shared = firstItem(&dataset, DCM_SharedFunctionalGroupsSequence);
    DcmItem* measures = groupItem(*groups.front(), shared, DCM_PixelMeasuresSequence);
    if (measures) {
        object.pixelSpacing = stored(*measures, DCM_PixelSpacing);
        measures->findAndGetFloat64(DCM_SpacingBetweenSlices, object.sliceSpacingMm);
    }
    std::vector<SegFrame> frames;
    frames.reserve(groups.size());
    for (DcmItem* group : groups) {
        frames.push_back(planeOf(*group, shared));
        if (object.isFromLabelMap)
            continue;
        DcmItem* identification = groupItem(*group, shared, DCM_SegmentIdentificationSequence);
        const int stored = identification ? number(*identification, DCM_ReferencedSegmentNumber) : 0;
        frames.back().segment = segmentOf(stored, segments, refusal);
    }
    return frames;
}

/// Bytes of (7FE0,0010), after its stored length was compared with what the frames need.
std::vector<std::uint8_t> readPixels(DcmItem& dataset, std::uint64_t needed, const Refusal& refusal)
{
    DcmElement* element = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad() || !element)
        refusal.invalid("it has no pixels.");
    const std::uint64_t length = element->getLengthField();
    if (length == DCM_UndefinedLength || length < needed)
        refusal.invalid("its pixels are " + std::to_string(length == DCM_UndefinedLength ? 0 : length)
            + " bytes long, but its frames need " + std::to_string(needed) + ".");
    std::vector<std::uint8_t> bytes(needed);
    Uint8* small = nullptr;
    Uint16* wide = nullptr;
    if (element->getUint8Array(small).good() && small)
        std::memcpy(bytes.data(), small, bytes.size());
    else if (element->getUint16Array(wide).good() && wide)
        std::memcpy(bytes.data(), wide, bytes.size()); // Words are in host order: little endian, as the bits run.
    else
        refusal.invalid("its pixels cannot be read.");
    return bytes;
}

SegObject makeObject(DcmItem& dataset, const Refusal& refusal)
{
    const SegType type = typeOf(dataset, refusal);
    const int rows = number(dataset, DCM_Rows);
    const int columns = number(dataset, DCM_Columns);
    if (rows == 0 || columns == 0)
        refusal.invalid("it has no rows or no columns.");
    const bool isLabelMap = stored(dataset, DCM_SegmentationType) == "LABELMAP";
    const int bits = number(dataset, DCM_BitsAllocated);
    const bool known = isLabelMap ? bits == 8 || bits == 16 : bits == (type == SegType::Binary ? 1 : 8);
    if (!known)
        refusal.unsupported("its pixels have " + std::to_string(bits) + " bits.");
    SegObject object(type, columns, rows);
    object.isFromLabelMap = isLabelMap;
    return object;
}

/// The pixels of a Label Map Segmentation: the number of the segment, 0 for none.
std::vector<std::uint16_t> readLabels(DcmItem& dataset, std::uint64_t pixels, const Refusal& refusal)
{
    const std::size_t size = number(dataset, DCM_BitsAllocated) / 8u;
    const std::vector<std::uint8_t> bytes = readPixels(dataset, pixels * size, refusal);
    std::vector<std::uint16_t> labels(pixels);
    for (std::size_t i = 0; i < labels.size(); ++i)
        labels[i] = size == 1 ? bytes[i] : static_cast<std::uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8);
    return labels;
}

/// One binary frame for each segment on each plane.
void addLabelFrames(DcmItem& dataset, SegObject& object, const std::vector<SegFrame>& planes,
    const std::map<int, int>& segments, const Refusal& refusal)
{
    constexpr std::size_t kMostBytes = std::size_t{1} << 28; // A small file could claim a segment for each pixel.
    const std::size_t size = object.framePixels();
    const std::vector<std::uint16_t> labels = readLabels(dataset, std::uint64_t{planes.size()} * size, refusal);
    for (std::size_t i = 0; i < planes.size(); ++i) {
        const auto plane = std::span(labels).subspan(i * size, size);
        std::set<std::uint16_t> values(plane.begin(), plane.end());
        values.erase(0);
        for (const std::uint16_t value : values) {
            SegFrame frame = planes[i];
            frame.segment = segmentOf(value, segments, refusal);
            object.addFrame(std::move(frame), plane, value);
            if (object.pixels().size() > kMostBytes)
                refusal.unsupported("it holds too many segments on too many planes.");
        }
    }
}

void readContext(DcmItem& dataset, SegObject& object)
{
    object.sopInstanceUid = stored(dataset, DCM_SOPInstanceUID);
    object.contentLabel = stored(dataset, DCM_ContentLabel);
    object.contentDescription = stored(dataset, DCM_ContentDescription);
    if (DcmItem* series = firstItem(&dataset, DCM_ReferencedSeriesSequence))
        object.sourceSeriesUid = stored(*series, DCM_SeriesInstanceUID);
    imaging::StudyContext& study = object.study;
    study.studyInstanceUid = stored(dataset, DCM_StudyInstanceUID);
    study.seriesInstanceUid = stored(dataset, DCM_SeriesInstanceUID);
    study.frameOfReferenceUid = stored(dataset, DCM_FrameOfReferenceUID);
    study.patientName = stored(dataset, DCM_PatientName);
    study.patientId = stored(dataset, DCM_PatientID);
    study.patientBirthDate = stored(dataset, DCM_PatientBirthDate);
    study.patientSex = stored(dataset, DCM_PatientSex);
    study.studyDate = stored(dataset, DCM_StudyDate);
    study.studyTime = stored(dataset, DCM_StudyTime);
    study.studyId = stored(dataset, DCM_StudyID);
    study.studyDescription = stored(dataset, DCM_StudyDescription);
    study.accessionNumber = stored(dataset, DCM_AccessionNumber);
    study.referringPhysician = stored(dataset, DCM_ReferringPhysicianName);
    study.modality = stored(dataset, DCM_Modality);
    study.seriesDescription = stored(dataset, DCM_SeriesDescription);
    study.seriesDate = stored(dataset, DCM_SeriesDate);
    study.bodyPart = stored(dataset, DCM_BodyPartExamined);
    Sint32 seriesNumber = 0;
    if (dataset.findAndGetSint32(DCM_SeriesNumber, seriesNumber).good())
        study.seriesNumber = seriesNumber;
}

} // namespace

SegObject readSeg(const std::filesystem::path& path)
{
    const Refusal refusal(path);
    std::error_code missing;
    if (!std::filesystem::exists(path, missing))
        refusal.fail(imaging::ErrorKind::NotFound, "there is no such file.");
    checkFile(path, refusal);
    // What DCMTK has to say about a broken file goes into the Error, not onto stderr, where it could name a patient.
    [[maybe_unused]] static const bool silenced = (OFLog::configure(OFLogger::OFF_LOG_LEVEL), true);
    DcmFileFormat file;
    const OFCondition loaded = file.loadFile(path.c_str());
    if (loaded.bad())
        refusal.invalid(std::string("it is no readable DICOM file (") + loaded.text() + ").");
    DcmDataset& dataset = *file.getDataset();
    // Texts from other character sets; where DCMTK cannot convert them they stay as they are.
    static_cast<void>(dataset.convertToUTF8());
    SegObject object = makeObject(dataset, refusal);
    readContext(dataset, object);
    if (object.type() != SegType::Binary) {
        const int maximum = number(dataset, DCM_MaximumFractionalValue);
        object.maximumFractionalValue = maximum >= 1 && maximum <= 255 ? maximum : 255;
    }
    const std::map<int, int> segments = readSegments(dataset, object, refusal);
    std::vector<SegFrame> frames = readFrames(dataset, object, segments, refusal);
    if (object.isFromLabelMap) {
        addLabelFrames(dataset, object, frames, segments, refusal);
        return object;
    }
    const std::uint64_t pixels = std::uint64_t{frames.size()} * object.framePixels();
    const std::uint64_t needed = object.type() == SegType::Binary ? packedBytes(pixels) : pixels;
    object.setFrames(std::move(frames), readPixels(dataset, needed, refusal));
    return object;
}

} // namespace annotations
