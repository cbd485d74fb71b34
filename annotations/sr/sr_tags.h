#pragma once

#include "annotations/dicom/tags.h"

/// The DICOM tags of structured reports as 0xGGGGEEEE, PS3.3 C.17.3 and PS3.6.
namespace annotations::tags {

inline constexpr Tag kMeasurementUnitsCodeSequence = 0x004008EA;
inline constexpr Tag kValueType = 0x0040A040;
inline constexpr Tag kConceptNameCodeSequence = 0x0040A043;
inline constexpr Tag kPersonName = 0x0040A123;
inline constexpr Tag kUid = 0x0040A124;
inline constexpr Tag kTextValue = 0x0040A160;
inline constexpr Tag kFloatingPointValue = 0x0040A161;
inline constexpr Tag kConceptCodeSequence = 0x0040A168;
inline constexpr Tag kMeasuredValueSequence = 0x0040A300;
inline constexpr Tag kNumericValue = 0x0040A30A;
inline constexpr Tag kContentSequence = 0x0040A730;
inline constexpr Tag kReferencedSopSequence = 0x00081199;
inline constexpr Tag kReferencedSegmentNumberInReport = 0x0062000B;
inline constexpr Tag kEvidenceSequence = 0x0040A375;

} // namespace annotations::tags
