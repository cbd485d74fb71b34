#include "annotations/seg/seg_header.h"

#include "annotations/dicom/items.h"
#include "annotations/dicom/values.h"
#include "annotations/seg/colour.h"
#include "annotations/seg/seg_tags.h"
#include "imaging/dicom/scanned_file.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace annotations {

namespace {

using imaging::DicomDataset;

/// A functional group's item: of the frame, else the shared one.
std::optional<DicomDataset> groupItem(
    const DicomDataset& frame, const std::optional<DicomDataset>& shared, tags::Tag sequence)
{
    const auto own = firstItem(frame, sequence);
    return own ? own : firstItem(shared, sequence);
}

SegType typeOf(const DicomDataset& root, const SegRefusal& refusal)
{
    const std::string_view type = root.rawText(tags::kSegmentationType);
    if (type == "BINARY")
        return SegType::Binary;
    if (type == "FRACTIONAL")
        return root.rawText(tags::kFractionalType) == "OCCUPANCY" ? SegType::FractionalOccupancy
                                                                  : SegType::FractionalProbability;
    if (type == "LABELMAP")
        return SegType::LabelMap;
    refusal.unsupported("its segmentation type is '" + valueText(imaging::printable(type), 16)
        + "', not BINARY, FRACTIONAL or LABELMAP.");
}

/// One bit a pixel, or a byte when compressed: not all codecs know single bits.
bool isKnownDepth(SegType type, int bits)
{
    switch (type) {
    case SegType::Binary:
        return bits == 1 || bits == 8;
    case SegType::LabelMap:
        return bits == 8 || bits == 16;
    default:
        return bits == 8;
    }
}

SegObject emptyObject(const DicomDataset& root, const SegRefusal& refusal)
{
    const SegType type = typeOf(root, refusal);
    // PS3.3 C.7.6.17.3: the frames are tiles of one large plane.
    if (root.has(tags::kTotalPixelMatrixColumns) || root.rawText(tags::kDimensionOrganizationType).starts_with("TILED"))
        refusal.unsupported("it lies on the tiles of a whole-slide microscopy picture, which this program does not "
                            "open.");
    const int rows = root.integer(imaging::tags::kRows).value_or(0);
    const int columns = root.integer(imaging::tags::kColumns).value_or(0);
    if (rows <= 0 || columns <= 0)
        refusal.invalid("it has no rows or no columns.");
    const int bits = root.integer(imaging::tags::kBitsAllocated).value_or(0);
    if (!isKnownDepth(type, bits))
        refusal.unsupported("its pixels have " + std::to_string(bits) + " bits.");
    return {type, columns, rows};
}

AlgorithmType algorithmOf(std::string_view text)
{
    if (text == "AUTOMATIC")
        return AlgorithmType::Automatic;
    return text == "SEMIAUTOMATIC" ? AlgorithmType::SemiAutomatic : AlgorithmType::Manual;
}

Label labelOf(const DicomDataset& item, int number)
{
    Label label;
    label.value = static_cast<std::uint16_t>(number);
    label.name = imaging::printable(item.text(tags::kSegmentLabel));
    label.category = codeIn(item, tags::kPropertyCategorySequence);
    label.type = codeIn(item, tags::kPropertyTypeSequence);
    label.region = codeIn(item, tags::kAnatomicRegionSequence);
    label.laterality =
        codeIn(firstItem(item, tags::kAnatomicRegionSequence), tags::kAnatomicRegionModifierSequence);
    label.algorithm = algorithmOf(item.rawText(tags::kSegmentAlgorithmType));
    label.algorithmName = item.text(tags::kSegmentAlgorithmName);
    label.description = item.text(tags::kSegmentDescription);
    label.trackingId = item.text(tags::kTrackingId);
    label.trackingUid = item.text(tags::kTrackingUid);
    std::array<std::uint16_t, 3> lab{};
    bool coloured = true;
    for (std::size_t i = 0; i < lab.size(); ++i) {
        const auto value = unsignedShort(item, tags::kRecommendedCielab, i);
        coloured = coloured && value;
        lab[i] = static_cast<std::uint16_t>(value.value_or(0));
    }
    if (coloured)
        label.colour = rgbFromCielab(lab);
    return label;
}

/// In a voxel 0 means that there is nothing, so a segment with this number needs another.
void renumberZero(SegObject& object)
{
    Label* zero = findLabel(object.segments, 0);
    if (!zero)
        return;
    zero->value = freeValue(object.segments);
    object.warnings.push_back("The segment number 0 (" + zero->name + ") became " + std::to_string(zero->value)
        + ": here 0 means that nothing is labelled.");
}

SegmentIndices readSegments(const imaging::DicomHeader& header, SegObject& object, const SegRefusal& refusal)
{
    SegmentIndices indices;
    const bool isLabelMap = object.type() == SegType::LabelMap;
    const int background = backgroundOf(header);
    for (const DicomDataset& item : header.root().items(tags::kSegmentSequence)) {
        if (object.segments.size() == 65535)
            refusal.invalid("it describes more than 65535 segments.");
        const int number = unsignedShort(item, tags::kSegmentNumber).value_or(0);
        if (isLabelMap && number == background)
            continue;
        object.segments.push_back(labelOf(item, number));
        if (!indices.emplace(number, static_cast<int>(object.segments.size())).second)
            refusal.invalid("two of its segments have the number " + std::to_string(number) + ".");
    }
    if (object.segments.empty())
        refusal.invalid("it describes no segment.");
    renumberZero(object);
    return indices;
}

void readSource(
    const DicomDataset& group, const std::optional<DicomDataset>& shared, SegFrame& frame, SegObject& object)
{
    std::vector<DicomDataset> images;
    if (const auto derivation = groupItem(group, shared, tags::kDerivationImageSequence))
        images = derivation->items(tags::kSourceImageSequence);
    for (const DicomDataset& image : images) {
        object.sourceInstances.emplace(image.rawText(tags::kReferencedSopInstanceUid));
        object.isOfProjection =
            object.isOfProjection || imaging::isRadiography(image.rawText(tags::kReferencedSopClassUid));
    }
    if (images.size() != 1)
        return;
    frame.sourceSopInstanceUid = images.front().rawText(tags::kReferencedSopInstanceUid);
    const auto numbers = images.front().numbers(tags::kReferencedFrameNumber);
    frame.sourceFrame = numbers.size() == 1 && numbers.front() >= 1 ? static_cast<int>(numbers.front()) : 0;
}

/// Where a frame lies; its segment is found elsewhere.
SegFrame planeOf(const DicomDataset& group, const std::optional<DicomDataset>& shared)
{
    SegFrame frame;
    if (const auto position = groupItem(group, shared, imaging::tags::kPlanePositionSequence))
        frame.position = position->rawText(imaging::tags::kImagePosition);
    if (const auto orientation = groupItem(group, shared, imaging::tags::kPlaneOrientationSequence))
        frame.orientation = orientation->rawText(imaging::tags::kImageOrientation);
    if (const auto measures = groupItem(group, shared, imaging::tags::kPixelMeasuresSequence))
        frame.pixelSpacing = measures->rawText(imaging::tags::kPixelSpacing);
    return frame;
}

void readMeasures(const DicomDataset& group, const std::optional<DicomDataset>& shared, SegObject& object)
{
    const auto measures = groupItem(group, shared, imaging::tags::kPixelMeasuresSequence);
    if (!measures)
        return;
    object.pixelSpacing = measures->rawText(imaging::tags::kPixelSpacing);
    object.sliceSpacingMm = measures->number(imaging::tags::kSpacingBetweenSlices).value_or(0);
    object.sliceThicknessMm = measures->number(imaging::tags::kSliceThickness).value_or(0);
}

} // namespace

void SegRefusal::fail(imaging::ErrorKind kind, const std::string& reason) const
{
    throw imaging::Error(kind, "The file '" + m_path + "' cannot be read as a segmentation: " + reason, m_path);
}

int backgroundOf(const imaging::DicomHeader& header)
{
    return unsignedShort(header.root(), imaging::tags::kPixelPaddingValue).value_or(0);
}

int segmentIndex(int number, const SegmentIndices& segments, const SegRefusal& refusal)
{
    const auto segment = segments.find(number);
    if (segment == segments.end())
        refusal.invalid("a frame belongs to segment " + std::to_string(number) + ", which is not described.");
    return segment->second;
}

SegObject segObjectOf(const imaging::DicomHeader& header, SegmentIndices& segments, const SegRefusal& refusal)
{
    const DicomDataset root = header.root();
    SegObject object = emptyObject(root, refusal);
    object.study = imaging::studyContextOf(header);
    object.sopInstanceUid = root.rawText(imaging::tags::kSopInstanceUid);
    object.contentLabel = root.text(tags::kContentLabel);
    object.contentDescription = root.text(tags::kContentDescription);
    if (const auto series = firstItem(root, tags::kReferencedSeriesSequence))
        object.sourceSeriesUid = series->rawText(imaging::tags::kSeriesInstanceUid);
    const int maximum = unsignedShort(root, tags::kMaximumFractionalValue).value_or(0);
    object.maximumFractionalValue = maximum >= 1 && maximum <= 255 ? maximum : 255;
    segments = readSegments(header, object, refusal);
    return object;
}

std::vector<SegFrame> segFramesOf(const imaging::DicomHeader& header, const SegmentIndices& segments, SegObject& object,
    const SegRefusal& refusal)
{
    const DicomDataset root = header.root();
    const auto count = root.integer(imaging::tags::kNumberOfFrames);
    if (!count || *count < 1)
        refusal.invalid("it has no frames.");
    const auto groups = root.items(imaging::tags::kPerFrameFunctionalGroups);
    if (groups.size() != static_cast<std::size_t>(*count))
        refusal.invalid("it says that it has " + std::to_string(*count) + " frames, but describes "
            + std::to_string(groups.size()) + ".");
    const auto shared = firstItem(root, imaging::tags::kSharedFunctionalGroups);
    readMeasures(groups.front(), shared, object);
    std::vector<SegFrame> frames;
    frames.reserve(groups.size());
    for (const DicomDataset& group : groups) {
        if (group.has(tags::kPlanePositionSlideSequence))
            refusal.unsupported("it lies on a whole-slide microscopy picture, which this program does not open.");
        frames.push_back(planeOf(group, shared));
        readSource(group, shared, frames.back(), object);
        if (object.type() == SegType::LabelMap)
            continue;
        const auto identification = groupItem(group, shared, tags::kSegmentIdentificationSequence);
        const auto number = identification ? unsignedShort(*identification, tags::kReferencedSegmentNumber) : 0;
        frames.back().segment = segmentIndex(number.value_or(0), segments, refusal);
    }
    return frames;
}

} // namespace annotations
