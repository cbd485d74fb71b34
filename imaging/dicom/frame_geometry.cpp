#include "imaging/dicom/image_description.h"
#include "imaging/dicom/stack_geometry.h"

#include <array>
#include <cstdio>

namespace imaging {

namespace {

/// The attributes of FrameGeometry::passes in plain objects, and where functional groups have them.
struct PassAttribute
{
    tags::Tag plain = 0;
    tags::Tag group = 0; ///< A sequence of the functional groups,
    tags::Tag inGroup = 0; ///< and the attribute in its item.
};

constexpr std::array<PassAttribute, 6> kPassAttributes{{
    {tags::kAcquisitionNumber, tags::kFrameContentSequence, tags::kFrameAcquisitionNumber},
    {tags::kTemporalPosition, tags::kFrameContentSequence, tags::kTemporalPositionIndex},
    {tags::kEchoNumber, tags::kMrEchoSequence, tags::kEffectiveEchoTime},
    {tags::kTriggerTime, tags::kCardiacSynchronizationSequence, tags::kCardiacTriggerDelay},
    {0, tags::kFrameContentSequence, tags::kStackId},
    {tags::kDiffusionBValue, tags::kMrDiffusionSequence, tags::kDiffusionBValue},
}};

/// A value to be compared: numbers as numbers, whatever VR they have.
std::string keyOf(const DicomDataset& dataset, tags::Tag tag)
{
    const auto number = dataset.number(tag);
    return number ? std::to_string(*number) : std::string(dataset.rawText(tag));
}

void takePasses(const DicomDataset& group, FrameGeometry& geometry)
{
    for (std::size_t i = 0; i < kPassAttributes.size(); ++i) {
        for (const auto& item : group.items(kPassAttributes[i].group)) {
            if (item.has(kPassAttributes[i].inGroup))
                geometry.passes[i] = keyOf(item, kPassAttributes[i].inGroup);
        }
    }
}

void takeFrom(const DicomDataset& dataset, FrameGeometry& geometry)
{
    if (dataset.has(tags::kImagePosition))
        geometry.position = dataset.rawText(tags::kImagePosition);
    if (dataset.has(tags::kImageOrientation))
        geometry.orientation = dataset.rawText(tags::kImageOrientation);
    if (dataset.has(tags::kPixelSpacing))
        geometry.pixelSpacing = dataset.rawText(tags::kPixelSpacing);
    if (dataset.has(tags::kSliceThickness))
        geometry.sliceThickness = dataset.rawText(tags::kSliceThickness);
    const auto between = dataset.number(tags::kSpacingBetweenSlices);
    const auto thickness = dataset.number(tags::kSliceThickness);
    if (between && *between > 0)
        geometry.thicknessMm = *between;
    else if (thickness && *thickness > 0)
        geometry.thicknessMm = *thickness;
}

/// One item of the shared or per-frame functional groups, PS3.3 C.7.6.16.2.
void takeFromGroup(const DicomDataset& group, FrameGeometry& geometry)
{
    for (const tags::Tag tag :
        {tags::kPlanePositionSequence, tags::kPlaneOrientationSequence, tags::kPixelMeasuresSequence}) {
        for (const auto& item : group.items(tag))
            takeFrom(item, geometry);
    }
    takePasses(group, geometry);
}

/// Frames of an RT dose lie along the normal at (3004,000C) from the first. PS3.3 C.8.8.3.2.
void moveByOffsets(const std::vector<double>& offsets, std::vector<FrameGeometry>& frames)
{
    const auto position = parsePosition(frames.front().position);
    const auto orientation = parseOrientation(frames.front().orientation);
    if (!position || !orientation || offsets.size() != frames.size())
        return;
    for (std::size_t i = 1; i < frames.size(); ++i) {
        const PatientPoint at = *position + (offsets[i] - offsets[0]) * orientation->normal;
        char text[80];
        std::snprintf(text, sizeof text, "%.6f\\%.6f\\%.6f", at.x, at.y, at.z);
        frames[i].position = text;
    }
}

} // namespace

std::vector<FrameGeometry> frameGeometries(const DicomHeader& header, int frames)
{
    const auto root = header.root();
    FrameGeometry common;
    takeFrom(root, common);
    for (std::size_t i = 0; i < kPassAttributes.size(); ++i)
        common.passes[i] = keyOf(root, kPassAttributes[i].plain);
    for (const auto& shared : root.items(tags::kSharedFunctionalGroups))
        takeFromGroup(shared, common);
    std::vector<FrameGeometry> result(static_cast<std::size_t>(frames), common);
    for (std::size_t i = 0; i < result.size(); ++i)
        result[i].index = static_cast<int>(i);
    const auto groups = root.items(tags::kPerFrameFunctionalGroups);
    if (groups.size() == result.size()) {
        for (std::size_t i = 0; i < groups.size(); ++i)
            takeFromGroup(groups[i], result[i]);
        return result;
    }
    for (std::size_t i = 1; i < result.size(); ++i)
        result[i].position.clear();
    if (frames > 1)
        moveByOffsets(root.numbers(tags::kGridFrameOffsetVector), result);
    return result;
}

} // namespace imaging
