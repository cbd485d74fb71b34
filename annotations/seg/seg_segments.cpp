#include "annotations/dicom/values.h"
#include "annotations/seg/colour.h"
#include "annotations/seg/seg_dataset.h"
#include "imaging/dicom/uid.h"

#include <dcmtk/dcmdata/dctk.h>

namespace annotations {

namespace {

// What a label without codes is exported as: both are required (PS3.3 Table C.8.20-4).
const Code kTissue{"85756007", "SCT", "Tissue"};

std::string algorithmType(AlgorithmType type)
{
    switch (type) {
    case AlgorithmType::Manual:
        return "MANUAL";
    case AlgorithmType::SemiAutomatic:
        return "SEMIAUTOMATIC";
    case AlgorithmType::Automatic:
        return "AUTOMATIC";
    }
    return "MANUAL";
}

void putAlgorithm(DcmItem& item, const Label& label, const Provenance& provenance)
{
    put(item, DCM_SegmentAlgorithmType, algorithmType(label.algorithm));
    if (label.algorithm == AlgorithmType::Manual)
        return;
    const std::string name = label.algorithmName.empty() ? provenance.modelName : label.algorithmName;
    put(item, DCM_SegmentAlgorithmName, valueText(name.empty() ? "Limn" : name, 64));
    DcmItem& algorithm = addItem(item, DCM_SegmentationAlgorithmIdentificationSequence);
    putCode(algorithm, DCM_AlgorithmFamilyCodeSequence, {"123110", "DCM", "Artificial Intelligence"});
    put(algorithm, DCM_AlgorithmName, valueText(name.empty() ? "Limn" : name, 64));
    const std::string version = provenance.modelVersion.empty() ? "unknown" : provenance.modelVersion;
    put(algorithm, DCM_AlgorithmVersion, valueText(version, 64));
    if (!provenance.modelHash.empty())
        put(algorithm, DCM_AlgorithmParameters, valueText("hash " + provenance.modelHash, 1024));
}

void putRegion(DcmItem& item, const Label& label)
{
    if (label.region.value.empty())
        return;
    putCode(item, DCM_AnatomicRegionSequence, label.region);
    if (label.laterality.value.empty())
        return;
    DcmItem* region = nullptr;
    if (item.findAndGetSequenceItem(DCM_AnatomicRegionSequence, region).good() && region)
        putCode(*region, DCM_AnatomicRegionModifierSequence, label.laterality);
}

void putColour(DcmItem& item, const Label& label)
{
    const auto lab = cielabFromRgb(label.colour);
    item.putAndInsertUint16Array(DCM_RecommendedDisplayCIELabValue, lab.data(), lab.size());
}

void putSegment(DcmItem& item, const Label& label, std::size_t number, const Provenance& provenance)
{
    put(item, DCM_SegmentNumber, static_cast<std::uint16_t>(number));
    const std::string name = valueText(label.name, 64);
    const std::string shown = name.empty() ? "Segment " + std::to_string(number) : name;
    put(item, DCM_SegmentLabel, shown);
    if (!label.description.empty())
        put(item, DCM_SegmentDescription, valueText(label.description, 1024));
    putAlgorithm(item, label, provenance);
    putCode(item, DCM_SegmentedPropertyCategoryCodeSequence, label.category.value.empty() ? kTissue : label.category);
    putCode(item, DCM_SegmentedPropertyTypeCodeSequence, label.type.value.empty() ? kTissue : label.type);
    putRegion(item, label);
    putColour(item, label);
    // Both or none (PS3.3 C.8.20.4).
    const std::string tracking = valueText(label.trackingId, 64);
    put(item, DCM_TrackingID, tracking.empty() ? shown : tracking);
    put(item, DCM_TrackingUID, imaging::isValidUid(label.trackingUid) ? label.trackingUid : newUid());
}

} // namespace

void putSegments(DcmItem& dataset, const SegObject& object, const SegWriteOptions& options)
{
    for (std::size_t i = 0; i < object.segments.size(); ++i)
        putSegment(addItem(dataset, DCM_SegmentSequence), object.segments[i], i + 1, options.provenance);
}

} // namespace annotations
