#include "annotations/seg/seg_dataset.h"

#include "annotations/dicom/values.h"
#include "imaging/dicom/sop_classes.h"
#include "imaging/dicom/uid.h"
#include "imaging/error.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace annotations {

namespace {

const std::string kManufacturer = "Limn";
const std::string kResearch = "Research use only";

/// A UID copied as stored. Throws when it could not stand in a valid object.
std::string checkedUid(const std::string& uid, const char* what)
{
    if (!imaging::isValidUid(uid))
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            std::string("The picture has no valid ") + what
                + ", so no DICOM segmentation can refer to it; save the mask as NIfTI, NRRD or PNG instead.");
    return uid;
}

void putPatientAndStudy(DcmItem& dataset, const imaging::StudyContext& study)
{
    put(dataset, DCM_PatientName, personName(study.patientName));
    put(dataset, DCM_PatientID, valueText(study.patientId, 64));
    put(dataset, DCM_PatientBirthDate, isDate(study.patientBirthDate) ? study.patientBirthDate : "");
    const bool knownSex = study.patientSex == "M" || study.patientSex == "F" || study.patientSex == "O";
    put(dataset, DCM_PatientSex, knownSex ? study.patientSex : "");
    put(dataset, DCM_StudyInstanceUID, checkedUid(study.studyInstanceUid, "Study Instance UID"));
    put(dataset, DCM_StudyDate, isDate(study.studyDate) ? study.studyDate : "");
    put(dataset, DCM_StudyTime, isTime(study.studyTime) ? study.studyTime : "");
    put(dataset, DCM_StudyID, valueText(study.studyId, 16));
    put(dataset, DCM_AccessionNumber, valueText(study.accessionNumber, 16));
    put(dataset, DCM_ReferringPhysicianName, personName(study.referringPhysician));
    if (!study.studyDescription.empty())
        put(dataset, DCM_StudyDescription, valueText(study.studyDescription, 64));
}

void putSeries(DcmItem& dataset, const imaging::StudyContext& study, const SegWriteOptions& options,
    const WrittenSeg& uids, const DicomNow& now)
{
    put(dataset, DCM_Modality, "SEG");
    put(dataset, DCM_SeriesInstanceUID, checkedUid(uids.seriesInstanceUid, "Series Instance UID"));
    put(dataset, DCM_SeriesNumber, std::to_string(options.seriesNumber > 0 ? options.seriesNumber : newSeriesNumber()));
    put(dataset, DCM_SeriesDate, now.date);
    put(dataset, DCM_SeriesTime, now.time);
    const std::size_t room = 64 - (kResearch.size() + 3);
    put(dataset, DCM_SeriesDescription, valueText(options.seriesDescription, room) + " (" + kResearch + ")");
    if (!codeString(study.bodyPart).empty())
        put(dataset, DCM_BodyPartExamined, codeString(study.bodyPart));
}

void putEquipment(DcmItem& dataset, const SegWriteOptions& options)
{
    put(dataset, DCM_Manufacturer, kManufacturer);
    put(dataset, DCM_ManufacturerModelName, "Limn");
    put(dataset, DCM_DeviceSerialNumber, "0");
    put(dataset, DCM_SoftwareVersions, valueText(options.softwareVersion, 64));
}

/// How the mask came about, in words: PS3.3 C.12.1 Contribution Description.
std::string contribution(const Provenance& provenance)
{
    std::string text = kResearch + ".";
    const auto add = [&text](const char* what, const std::string& value) {
        if (!value.empty())
            text += std::string(" ") + what + ": " + value + ".";
    };
    add("Model", provenance.modelName);
    add("Version", provenance.modelVersion);
    add("Hash", provenance.modelHash);
    if (provenance.threshold) {
        char number[32];
        std::snprintf(number, sizeof number, "%.4g", *provenance.threshold);
        add("Threshold", number);
    }
    add("Accepted by", provenance.acceptedBy);
    // In the model's own sides; the user's sentence is in the segment's description. Last: a long one may be cut.
    add("Sentence to the model", provenance.prompt);
    return text;
}

void putContribution(DcmItem& dataset, const SegWriteOptions& options, const DicomNow& now)
{
    DcmItem& item = addItem(dataset, DCM_ContributingEquipmentSequence);
    put(item, DCM_Manufacturer, kManufacturer);
    put(item, DCM_ManufacturerModelName, "Limn");
    put(item, DCM_SoftwareVersions, valueText(options.softwareVersion, 64));
    put(item, DCM_ContributionDateTime, now.date + now.time);
    put(item, DCM_ContributionDescription, valueText(contribution(options.provenance), 1024));
    putCode(item, DCM_PurposeOfReferenceCodeSequence, {"109102", "DCM", "Processing Equipment"});
}

void putReferencedSeries(DcmItem& dataset, const imaging::VolumeInfo& info)
{
    DcmItem& series = addItem(dataset, DCM_ReferencedSeriesSequence);
    put(series, DCM_SeriesInstanceUID, checkedUid(info.study.seriesInstanceUid, "Series Instance UID"));
    std::set<std::string> seen; // A multi-frame file stands once.
    for (const imaging::SourceInstance& source : info.sources) {
        if (!seen.insert(source.sopInstanceUid).second)
            continue;
        DcmItem& instance = addItem(series, DCM_ReferencedInstanceSequence);
        put(instance, DCM_ReferencedSOPClassUID, checkedUid(source.sopClassUid, "SOP Class UID"));
        put(instance, DCM_ReferencedSOPInstanceUID, checkedUid(source.sopInstanceUid, "SOP Instance UID"));
    }
}

void putSegmentationImage(
    DcmItem& dataset, const SegObject& object, const SegWriteOptions& options, const DicomNow& now)
{
    const bool binary = object.type() == SegType::Binary;
    put(dataset, DCM_ImageType, "DERIVED\\PRIMARY");
    put(dataset, DCM_InstanceNumber, std::to_string(std::max(options.instanceNumber, 1)));
    put(dataset, DCM_ContentDate, now.date);
    put(dataset, DCM_ContentTime, now.time);
    const std::string label = codeString(options.contentLabel);
    put(dataset, DCM_ContentLabel, label.empty() ? "SEGMENTATION" : label);
    put(dataset, DCM_ContentDescription, kResearch);
    put(dataset, DCM_ContentCreatorName, personName(options.contentCreator));
    put(dataset, DCM_SamplesPerPixel, std::uint16_t{1});
    put(dataset, DCM_PhotometricInterpretation, "MONOCHROME2");
    put(dataset, DCM_PixelRepresentation, std::uint16_t{0});
    put(dataset, DCM_BitsAllocated, std::uint16_t(binary ? 1 : 8));
    put(dataset, DCM_BitsStored, std::uint16_t(binary ? 1 : 8));
    put(dataset, DCM_HighBit, std::uint16_t(binary ? 0 : 7));
    put(dataset, DCM_LossyImageCompression, "00");
    put(dataset, DCM_SegmentationType, binary ? "BINARY" : "FRACTIONAL");
    if (!binary) {
        const bool probability = object.type() == SegType::FractionalProbability;
        put(dataset, DCM_SegmentationFractionalType, probability ? "PROBABILITY" : "OCCUPANCY");
        put(dataset, DCM_MaximumFractionalValue, static_cast<std::uint16_t>(object.maximumFractionalValue));
    }
    put(dataset, DCM_SegmentsOverlap, object.hasOverlap() ? "YES" : "NO");
}

} // namespace

void putContext(DcmItem& dataset, const imaging::Volume& source, const SegObject& object,
    const SegWriteOptions& options, const WrittenSeg& uids)
{
    const DicomNow now = dicomNow();
    put(dataset, DCM_SpecificCharacterSet, "ISO_IR 192");
    put(dataset, DCM_SOPClassUID, std::string(imaging::sop_class::kSegmentation));
    put(dataset, DCM_SOPInstanceUID, uids.sopInstanceUid);
    put(dataset, DCM_InstanceCreationDate, now.date);
    put(dataset, DCM_InstanceCreationTime, now.time);
    putPatientAndStudy(dataset, source.info().study);
    putSeries(dataset, source.info().study, options, uids, now);
    putEquipment(dataset, options);
    putContribution(dataset, options, now);
    putReferencedSeries(dataset, source.info());
    putSegmentationImage(dataset, object, options, now);
}

} // namespace annotations
