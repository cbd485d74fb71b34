#pragma once

#include "annotations/dicom/tags.h"

/// The DICOM tags of RT Structure Sets as 0xGGGGEEEE, PS3.3 C.8.8.5 and C.8.8.6.
namespace annotations::tags {

inline constexpr Tag kStructureSetLabel = 0x30060002;
inline constexpr Tag kReferencedFrameOfReferenceSequence = 0x30060010;
inline constexpr Tag kRtReferencedStudySequence = 0x30060012;
inline constexpr Tag kRtReferencedSeriesSequence = 0x30060014;
inline constexpr Tag kContourImageSequence = 0x30060016;
inline constexpr Tag kStructureSetRoiSequence = 0x30060020;
inline constexpr Tag kRoiNumber = 0x30060022;
inline constexpr Tag kReferencedFrameOfReferenceUid = 0x30060024;
inline constexpr Tag kRoiName = 0x30060026;
inline constexpr Tag kRoiDescription = 0x30060028;
inline constexpr Tag kRoiDisplayColor = 0x3006002A;
inline constexpr Tag kRoiContourSequence = 0x30060039;
inline constexpr Tag kContourSequence = 0x30060040;
inline constexpr Tag kContourGeometricType = 0x30060042;
inline constexpr Tag kContourData = 0x30060050;
inline constexpr Tag kReferencedRoiNumber = 0x30060084;

} // namespace annotations::tags
