#include "annotations/dicom/values.h"
#include "annotations/seg/seg_dataset.h"
#include "imaging/dicom/uid.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>

namespace annotations {

namespace {

/// A DS value: at most 16 characters.
std::string decimal(double value)
{
    std::array<char, 32> text{};
    for (int digits = 12; digits > 0; --digits) {
        std::snprintf(text.data(), text.size(), "%.*g", digits, value);
        if (std::string_view(text.data()).size() <= 16)
            break;
    }
    return text.data();
}

/// As many decimal numbers as wanted, none out of the ordinary: safe to copy.
bool isDecimals(const std::string& text, std::size_t count)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || std::string_view("+-.eE\\ ").find(c) != std::string_view::npos;
    });
    const auto separators = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\\'));
    return plain && !text.empty() && separators + 1 == count;
}

/// (0028,0030) as stored when it can be used: an X-ray may hold "0\0".
std::string pixelSpacing(const imaging::Volume& source)
{
    const std::string& text = source.info().sources.front().pixelSpacing;
    double row = 0;
    double column = 0;
    if (isDecimals(text, 2) && std::sscanf(text.c_str(), "%lf\\%lf", &row, &column) == 2 && row > 0 && column > 0)
        return text;
    const auto& spacing = source.grid().spacingMm;
    return decimal(spacing[1]) + "\\" + decimal(spacing[0]);
}

/// (0018,0050) as stored; empty when it cannot be used or changes from slice to slice.
std::string sliceThickness(const imaging::Volume& source)
{
    const auto& sources = source.info().sources;
    const std::string& text = sources.front().sliceThickness;
    double thickness = 0;
    const bool same = std::all_of(sources.begin(), sources.end(),
        [&](const imaging::SourceInstance& instance) { return instance.sliceThickness == text; });
    const bool usable = isDecimals(text, 1) && std::sscanf(text.c_str(), "%lf", &thickness) == 1 && thickness > 0;
    return same && usable ? text : std::string();
}

bool sameAs(const std::vector<std::string>& values)
{
    return std::all_of(values.begin(), values.end(), [&](const std::string& v) { return v == values.front(); });
}

/// The source's planes, when every slice has a position and an orientation.
bool copyPlanes(const imaging::Volume& source, SegGeometry& geometry)
{
    for (const imaging::SourceInstance& instance : source.info().sources) {
        if (!isDecimals(instance.imagePosition, 3) || !isDecimals(instance.imageOrientation, 6))
            return false;
        geometry.positions.push_back(instance.imagePosition);
        geometry.orientations.push_back(instance.imageOrientation);
    }
    if (sameAs(geometry.orientations))
        geometry.orientation = geometry.orientations.front();
    return true;
}

void putPixelMeasures(DcmItem& shared, const SegGeometry& geometry)
{
    DcmItem& measures = addItem(shared, DCM_PixelMeasuresSequence);
    put(measures, DCM_PixelSpacing, geometry.pixelSpacing);
    // PS3.3 C.7.6.16.2.1 and other programs want one where the picture has none.
    const std::string distance = geometry.sliceDistance.empty() ? "1" : geometry.sliceDistance;
    put(measures, DCM_SliceThickness, geometry.sliceThickness.empty() ? distance : geometry.sliceThickness);
    if (!geometry.sliceDistance.empty())
        put(measures, DCM_SpacingBetweenSlices, geometry.sliceDistance);
}

void putOrientation(DcmItem& group, const std::string& orientation)
{
    put(addItem(group, DCM_PlaneOrientationSequence), DCM_ImageOrientationPatient, orientation);
}

void putDimension(DcmItem& dataset, const std::string& organization, const DcmTagKey& index, const DcmTagKey& group,
    const char* label)
{
    DcmItem& item = addItem(dataset, DCM_DimensionIndexSequence);
    put(item, DCM_DimensionOrganizationUID, organization);
    item.putAndInsertTagKey(DCM_DimensionIndexPointer, index);
    item.putAndInsertTagKey(DCM_FunctionalGroupPointer, group);
    put(item, DCM_DimensionDescriptionLabel, label);
}

void putDimensions(DcmItem& dataset)
{
    const std::string organization = newUid();
    put(addItem(dataset, DCM_DimensionOrganizationSequence), DCM_DimensionOrganizationUID, organization);
    putDimension(dataset, organization, DCM_ReferencedSegmentNumber, DCM_SegmentIdentificationSequence,
        "ReferencedSegmentNumber");
    putDimension(dataset, organization, DCM_ImagePositionPatient, DCM_PlanePositionSequence, "ImagePositionPatient");
}

void putSourceImage(DcmItem& group, const imaging::SourceInstance& source, bool multiFrame)
{
    DcmItem& derivation = addItem(group, DCM_DerivationImageSequence);
    DcmItem& image = addItem(derivation, DCM_SourceImageSequence);
    put(image, DCM_ReferencedSOPClassUID, source.sopClassUid);
    put(image, DCM_ReferencedSOPInstanceUID, source.sopInstanceUid);
    if (multiFrame)
        put(image, DCM_ReferencedFrameNumber, std::to_string(source.frameNumber));
    putCode(
        image, DCM_PurposeOfReferenceCodeSequence, {"121322", "DCM", "Source image for image processing operation"});
    putCode(derivation, DCM_DerivationCodeSequence, {"113076", "DCM", "Segmentation"});
}

/// Place of each used slice among the used ones, from 1: DimensionIndexValues have no gaps.
std::map<int, std::size_t> ranks(const std::vector<SegFrame>& frames)
{
    std::map<int, std::size_t> rank;
    for (const SegFrame& frame : frames)
        rank[frame.slice] = 0;
    std::size_t next = 1;
    for (auto& [slice, value] : rank)
        value = next++;
    return rank;
}

bool isMultiFrame(const std::vector<imaging::SourceInstance>& sources)
{
    std::set<std::string> seen;
    return std::any_of(sources.begin(), sources.end(),
        [&](const imaging::SourceInstance& s) { return s.frameNumber > 1 || !seen.insert(s.sopInstanceUid).second; });
}

} // namespace

SegGeometry segGeometry(const imaging::Volume& source)
{
    SegGeometry geometry;
    const imaging::VoxelGrid& grid = source.grid();
    geometry.pixelSpacing = pixelSpacing(source);
    geometry.frameOfReferenceUid = source.info().study.frameOfReferenceUid;
    if (!copyPlanes(source, geometry)) {
        // X-rays (CR, DX) lie in no patient frame, but dcmqi, OHIF and Slicer need planes: a frame of reference of its
        // own with the picture in the plane z = 0, which says nothing about the patient.
        geometry.positions.clear();
        geometry.orientations.clear();
        geometry.orientation = "1\\0\\0\\0\\1\\0";
        geometry.frameOfReferenceUid.clear();
        for (int slice = 0; slice < grid.slices; ++slice)
            geometry.positions.push_back("0\\0\\" + decimal(slice * grid.spacingMm[2]));
    }
    if (!imaging::isValidUid(geometry.frameOfReferenceUid))
        geometry.frameOfReferenceUid = newUid();
    geometry.sliceThickness = sliceThickness(source);
    if (grid.slices > 1 && source.info().notRegular.empty())
        geometry.sliceDistance = decimal(grid.spacingMm[2]);
    return geometry;
}

void putFrames(DcmItem& dataset, const imaging::Volume& source, const SegObject& object)
{
    const SegGeometry geometry = segGeometry(source);
    put(dataset, DCM_FrameOfReferenceUID, geometry.frameOfReferenceUid);
    put(dataset, DCM_PositionReferenceIndicator, "");
    putDimensions(dataset);

    DcmItem& shared = addItem(dataset, DCM_SharedFunctionalGroupsSequence);
    if (!geometry.orientation.empty())
        putOrientation(shared, geometry.orientation);
    putPixelMeasures(shared, geometry);

    const auto& sources = source.info().sources;
    const bool multiFrame = isMultiFrame(sources);
    const auto rank = ranks(object.frames());
    for (const SegFrame& frame : object.frames()) {
        const auto slice = static_cast<std::size_t>(frame.slice);
        DcmItem& group = addItem(dataset, DCM_PerFrameFunctionalGroupsSequence);
        DcmItem& content = addItem(group, DCM_FrameContentSequence);
        const std::array<Uint32, 2> place{
            static_cast<Uint32>(frame.segment), static_cast<Uint32>(rank.at(frame.slice))};
        content.putAndInsertUint32Array(DCM_DimensionIndexValues, place.data(), place.size());
        put(addItem(group, DCM_PlanePositionSequence), DCM_ImagePositionPatient, geometry.positions[slice]);
        if (geometry.orientation.empty())
            putOrientation(group, geometry.orientations[slice]);
        put(addItem(group, DCM_SegmentIdentificationSequence), DCM_ReferencedSegmentNumber,
            static_cast<std::uint16_t>(frame.segment));
        putSourceImage(group, sources[slice], multiFrame);
    }
}

} // namespace annotations
