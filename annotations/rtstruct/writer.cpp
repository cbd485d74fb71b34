#include "annotations/dicom/equipment.h"
#include "annotations/dicom/study.h"
#include "annotations/dicom/values.h"
#include "annotations/rtstruct/contours.h"
#include "annotations/rtstruct/rtstruct.h"
#include "annotations/rtstruct/slice_places.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"
#include "imaging/files/atomic_file.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace annotations {

namespace {

[[noreturn]] void refuseStructures(const std::string& message)
{
    throw imaging::Error(imaging::ErrorKind::InvalidInput, message);
}

void checkStructureSource(const imaging::Volume& source, const LabelMap& map, std::span<const Label> labels)
{
    if (source.info().sources.size() != static_cast<std::size_t>(source.grid().slices))
        refuseStructures("The picture was not read from DICOM, so no DICOM contours can refer to it; save the mask as "
                         "NIfTI or NRRD instead.");
    if (!imaging::isValidUid(source.info().study.frameOfReferenceUid) || source.info().sources.front().imagePosition.empty())
        refuseStructures("The picture does not say where it lies in the patient, as an X-ray does not, so its masks "
                         "cannot be DICOM contours (RTSTRUCT); save them as DICOM SEG instead.");
    if (map.grid().columns != source.grid().columns || map.grid().rows != source.grid().rows
        || map.grid().slices != source.grid().slices)
        refuseStructures("The masks do not have the picture's size: they do not belong together.");
    std::set<std::uint16_t> drawn(map.voxels().begin(), map.voxels().end());
    drawn.erase(0);
    if (drawn.empty())
        refuseStructures("Nothing is labelled, so there are no contours to save.");
    for (const Label& label : labels)
        drawn.erase(label.value);
    if (!drawn.empty())
        refuseStructures(
            "The mask holds the value " + std::to_string(*drawn.begin()) + ", for which there is no label.");
}

void putImageReference(DcmItem& item, const imaging::SourceInstance& instance, bool multiFrame)
{
    DcmItem& image = addItem(item, DCM_ContourImageSequence);
    put(image, DCM_ReferencedSOPClassUID, instance.sopClassUid);
    put(image, DCM_ReferencedSOPInstanceUID, instance.sopInstanceUid);
    if (multiFrame)
        put(image, DCM_ReferencedFrameNumber, std::to_string(instance.frameNumber));
}

bool isMultiFrame(const imaging::VolumeInfo& info)
{
    return info.sources.size() > 1 && info.sources[0].sopInstanceUid == info.sources[1].sopInstanceUid;
}

/// The frame of reference, the study in it, the series in that and all its images.
void putFrameOfReference(DcmItem& dataset, const imaging::VolumeInfo& info)
{
    constexpr const char* kDetachedStudy = "1.2.840.10008.3.1.2.3.1"; // PS3.6; what (3006,0012) always names.
    DcmItem& frame = addItem(dataset, DCM_ReferencedFrameOfReferenceSequence);
    put(frame, DCM_FrameOfReferenceUID, info.study.frameOfReferenceUid);
    DcmItem& study = addItem(frame, DCM_RTReferencedStudySequence);
    put(study, DCM_ReferencedSOPClassUID, kDetachedStudy);
    put(study, DCM_ReferencedSOPInstanceUID, info.study.studyInstanceUid);
    DcmItem& series = addItem(study, DCM_RTReferencedSeriesSequence);
    put(series, DCM_SeriesInstanceUID, info.study.seriesInstanceUid);
    std::set<std::string> seen;
    for (const auto& instance : info.sources) {
        if (seen.insert(instance.sopInstanceUid).second)
            putImageReference(series, instance, false);
    }
}

std::string generationOf(AlgorithmType type)
{
    switch (type) {
    case AlgorithmType::Manual:
        return "MANUAL";
    case AlgorithmType::SemiAutomatic:
        return "SEMIAUTOMATIC";
    case AlgorithmType::Automatic:
        break;
    }
    return "AUTOMATIC";
}

void putRegionOfInterest(DcmItem& dataset, const Label& label, const std::string& number, const std::string& frame)
{
    DcmItem& roi = addItem(dataset, DCM_StructureSetROISequence);
    put(roi, DCM_ROINumber, number);
    put(roi, DCM_ReferencedFrameOfReferenceUID, frame);
    put(roi, DCM_ROIName, valueText(label.name.empty() ? "Segment " + number : label.name, 64));
    if (!label.description.empty())
        put(roi, DCM_ROIDescription, valueText(label.description, 1024));
    put(roi, DCM_ROIGenerationAlgorithm, generationOf(label.algorithm));

    DcmItem& observation = addItem(dataset, DCM_RTROIObservationsSequence);
    put(observation, DCM_ObservationNumber, number);
    put(observation, DCM_ReferencedROINumber, number);
    if (!label.type.value.empty())
        putCode(observation, DCM_RTROIIdentificationCodeSequence, label.type);
    put(observation, DCM_RTROIInterpretedType, "");
    put(observation, DCM_ROIInterpreter, "");
}

/// A coordinate in mm to a ten-thousandth, without zeros at its end.
void addCoordinate(std::string& text, double value)
{
    char number[40];
    std::snprintf(number, sizeof number, "%.4f", value);
    std::string digits(number);
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.back() == '.')
        digits.pop_back();
    text += (text.empty() ? "" : "\\") + (digits == "-0" ? "0" : digits);
}

/// The picture that contours are drawn on.
struct ContourSource
{
    const imaging::Volume& picture;
    SlicePlaces places;
};

void putContour(DcmItem& roi, const Outline& outline, const ContourSource& source, int slice, std::size_t number)
{
    DcmItem& contour = addItem(roi, DCM_ContourSequence);
    const auto& info = source.picture.info();
    putImageReference(contour, info.sources[static_cast<std::size_t>(slice)], isMultiFrame(info));
    put(contour, DCM_ContourGeometricType, "CLOSED_PLANAR");
    put(contour, DCM_NumberOfContourPoints, std::to_string(outline.size()));
    put(contour, DCM_ContourNumber, std::to_string(number));
    std::string data;
    for (const auto& [column, row] : outline) {
        const auto point = source.places.toPatient(column, row, slice);
        for (const double coordinate : {point.x, point.y, point.z})
            addCoordinate(data, coordinate);
    }
    put(contour, DCM_ContourData, data);
}

/// Gives how many contours it has.
std::size_t putContours(
    DcmItem& dataset, const ContourSource& source, const LabelMap& map, const Label& label, const std::string& number)
{
    DcmItem& roi = addItem(dataset, DCM_ROIContourSequence);
    const auto& colour = label.colour;
    put(roi, DCM_ROIDisplayColor,
        std::to_string(colour[0]) + "\\" + std::to_string(colour[1]) + "\\" + std::to_string(colour[2]));
    put(roi, DCM_ReferencedROINumber, number);
    std::size_t count = 0;
    for (int slice = 0; slice < map.grid().slices; ++slice) {
        for (const Outline& outline : outlinesOf(map.slice(slice), map.grid().columns, label.value))
            putContour(roi, outline, source, slice, ++count);
    }
    return count;
}

void putStructureContext(DcmItem& dataset, const imaging::Volume& source, const StructureWriteOptions& options,
    const WrittenStructures& uids)
{
    const DicomNow now = dicomNow();
    const auto& study = source.info().study;
    const ObjectIdentity identity{imaging::sop_class::kStructureSet, uids.sopInstanceUid, "RTSTRUCT",
        uids.seriesInstanceUid, options.seriesNumber, options.seriesDescription};
    putSopCommon(dataset, identity, now);
    putPatientAndStudy(dataset, study);
    putSeries(dataset, study, identity, now);
    dataset.findAndDeleteElement(DCM_BodyPartExamined); // No element of an RT series.
    put(dataset, DCM_OperatorsName, "");
    putEquipment(dataset, options.softwareVersion);
    put(dataset, DCM_FrameOfReferenceUID, study.frameOfReferenceUid);
    put(dataset, DCM_PositionReferenceIndicator, "");
    put(dataset, DCM_InstanceNumber, "1");
    put(dataset, DCM_StructureSetLabel, valueText(options.label, 16));
    put(dataset, DCM_StructureSetDescription, kResearch);
    put(dataset, DCM_StructureSetDate, now.date);
    put(dataset, DCM_StructureSetTime, now.time);
    put(dataset, DCM_ApprovalStatus, "UNAPPROVED");
    putFrameOfReference(dataset, source.info());
}

} // namespace

WrittenStructures writeStructures(const std::filesystem::path& path, const imaging::Volume& source, const LabelMap& map,
    std::span<const Label> labels, const StructureWriteOptions& options)
{
    checkStructureSource(source, map, labels);
    WrittenStructures written{newUid(), newUid(), 0};
    DcmFileFormat file;
    DcmDataset& dataset = *file.getDataset();
    putStructureContext(dataset, source, options, written);
    const ContourSource contours{source, SlicePlaces(source)};
    int next = 0;
    for (const Label& label : labels) {
        if (map.count(label.value) == 0)
            continue;
        const std::string number = std::to_string(++next);
        putRegionOfInterest(dataset, label, number, source.info().study.frameOfReferenceUid);
        written.contours += putContours(dataset, contours, map, label, number);
    }
    imaging::AtomicFile atomic(path);
    const OFCondition saved = file.saveFile(atomic.temporaryPath().c_str(), EXS_LittleEndianImplicit);
    if (saved.bad())
        throw imaging::Error(imaging::ErrorKind::Io,
            "The contours '" + path.string() + "' cannot be written: " + saved.text()
                + ". Check the folder's rights and the free space.",
            path.string());
    atomic.commit();
    return written;
}

} // namespace annotations
