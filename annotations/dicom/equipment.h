#pragma once

#include "annotations/dicom/provenance.h"
#include "annotations/dicom/values.h"

#include <string>

class DcmItem;

namespace annotations {

/// Stands in every object that is written.
inline const std::string kResearch = "Research use only";

/// General and Enhanced General Equipment (PS3.3 C.7.5.1, C.7.5.2): this program.
void putEquipment(DcmItem& dataset, const std::string& softwareVersion);

/// Contributing equipment (PS3.3 C.12.1): how the content came about, in words.
void putContribution(
    DcmItem& dataset, const std::string& softwareVersion, const Provenance& provenance, const DicomNow& now);

} // namespace annotations
