#include "annotations/dicom/equipment.h"

#include <dcmtk/dcmdata/dctk.h>

#include <cstdio>

namespace annotations {

namespace {

const std::string kManufacturer = "Limn";

/// How the content came about, in words: PS3.3 C.12.1 Contribution Description.
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

} // namespace

void putEquipment(DcmItem& dataset, const std::string& softwareVersion)
{
    put(dataset, DCM_Manufacturer, kManufacturer);
    put(dataset, DCM_ManufacturerModelName, "Limn");
    put(dataset, DCM_DeviceSerialNumber, "0");
    put(dataset, DCM_SoftwareVersions, valueText(softwareVersion, 64));
}

void putContribution(
    DcmItem& dataset, const std::string& softwareVersion, const Provenance& provenance, const DicomNow& now)
{
    DcmItem& item = addItem(dataset, DCM_ContributingEquipmentSequence);
    put(item, DCM_Manufacturer, kManufacturer);
    put(item, DCM_ManufacturerModelName, "Limn");
    put(item, DCM_SoftwareVersions, valueText(softwareVersion, 64));
    put(item, DCM_ContributionDateTime, now.date + now.time);
    put(item, DCM_ContributionDescription, valueText(contribution(provenance), 1024));
    putCode(item, DCM_PurposeOfReferenceCodeSequence, {"109102", "DCM", "Processing Equipment"});
}

} // namespace annotations
