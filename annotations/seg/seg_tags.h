#pragma once

#include "annotations/dicom/tags.h"

/// The DICOM tags that only segmentations have here, as 0xGGGGEEEE. PS3.6.
namespace annotations::tags {

inline constexpr Tag kAnatomicRegionSequence = 0x00082218;
inline constexpr Tag kAnatomicRegionModifierSequence = 0x00082220;
inline constexpr Tag kDimensionOrganizationType = 0x00209311;
inline constexpr Tag kTotalPixelMatrixColumns = 0x00480006;
inline constexpr Tag kPlanePositionSlideSequence = 0x0048021A;
inline constexpr Tag kSegmentationType = 0x00620001;
inline constexpr Tag kSegmentSequence = 0x00620002;
inline constexpr Tag kPropertyCategorySequence = 0x00620003;
inline constexpr Tag kSegmentNumber = 0x00620004;
inline constexpr Tag kSegmentLabel = 0x00620005;
inline constexpr Tag kSegmentDescription = 0x00620006;
inline constexpr Tag kSegmentAlgorithmType = 0x00620008;
inline constexpr Tag kSegmentAlgorithmName = 0x00620009;
inline constexpr Tag kSegmentIdentificationSequence = 0x0062000A;
inline constexpr Tag kReferencedSegmentNumber = 0x0062000B;
inline constexpr Tag kRecommendedCielab = 0x0062000D;
inline constexpr Tag kMaximumFractionalValue = 0x0062000E;
inline constexpr Tag kPropertyTypeSequence = 0x0062000F;
inline constexpr Tag kFractionalType = 0x00620010;

} // namespace annotations::tags
