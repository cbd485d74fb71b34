#pragma once

#include "annotations/dicom/values.h"
#include "imaging/volume.h"

#include <string>
#include <string_view>

class DcmItem;

namespace annotations {

/// Which object is written, and the series it stands in.
struct ObjectIdentity
{
    std::string_view sopClassUid;
    std::string sopInstanceUid;
    std::string modality; ///< "SEG", "SR", "RTSTRUCT".
    std::string seriesInstanceUid;
    int seriesNumber = 0; ///< 0: one that nothing else in the study uses (newSeriesNumber).
    std::string seriesDescription; ///< "Research use only" is added.
};

/// Specific character set and SOP Common (PS3.3 C.12.1).
void putSopCommon(DcmItem& dataset, const ObjectIdentity& identity, const DicomNow& now);

/// Patient (PS3.3 C.7.1.1) and General Study (C.7.2.1), copied from the picture.
/// Throws Error(InvalidInput) when the picture has no valid Study Instance UID.
void putPatientAndStudy(DcmItem& dataset, const imaging::StudyContext& study);

/// General Series (PS3.3 C.7.3.1): a new series in the picture's study.
void putSeries(
    DcmItem& dataset, const imaging::StudyContext& study, const ObjectIdentity& identity, const DicomNow& now);

/// Common Instance Reference (PS3.3 C.12.2) to the picture's series, each instance once.
/// Throws Error(InvalidInput) when one of the UIDs is not valid.
void putReferencedSeries(DcmItem& dataset, const imaging::VolumeInfo& info);

} // namespace annotations
