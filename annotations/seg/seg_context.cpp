#include "annotations/seg/seg_dataset.h"

#include "annotations/dicom/equipment.h"
#include "annotations/dicom/study.h"
#include "annotations/dicom/values.h"
#include "imaging/dicom/sop_classes.h"

#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>

namespace annotations {

namespace {

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
    const imaging::StudyContext& study = source.info().study;
    const ObjectIdentity identity{imaging::sop_class::kSegmentation, uids.sopInstanceUid, "SEG",
        uids.seriesInstanceUid, options.seriesNumber, options.seriesDescription};
    putSopCommon(dataset, identity, now);
    putPatientAndStudy(dataset, study);
    putSeries(dataset, study, identity, now);
    putEquipment(dataset, options.softwareVersion);
    putContribution(dataset, options.softwareVersion, options.provenance, now);
    putReferencedSeries(dataset, source.info());
    putSegmentationImage(dataset, object, options, now);
}

} // namespace annotations
