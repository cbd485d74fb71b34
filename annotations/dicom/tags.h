#pragma once

#include "imaging/dicom/tags.h"

/// The DICOM tags of objects that are made from pictures, as 0xGGGGEEEE: codes and references. PS3.6.
namespace annotations::tags {

using imaging::tags::Tag;

inline constexpr Tag kCodeValue = 0x00080100;
inline constexpr Tag kCodingScheme = 0x00080102;
inline constexpr Tag kCodeMeaning = 0x00080104;
inline constexpr Tag kLongCodeValue = 0x00080119;
inline constexpr Tag kReferencedSeriesSequence = 0x00081115;
inline constexpr Tag kReferencedSopClassUid = 0x00081150;
inline constexpr Tag kReferencedSopInstanceUid = 0x00081155;
inline constexpr Tag kReferencedFrameNumber = 0x00081160;
inline constexpr Tag kSourceImageSequence = 0x00082112;
inline constexpr Tag kDerivationImageSequence = 0x00089124;
inline constexpr Tag kTrackingId = 0x00620020;
inline constexpr Tag kTrackingUid = 0x00620021;
inline constexpr Tag kContentLabel = 0x00700080;
inline constexpr Tag kContentDescription = 0x00700081;

} // namespace annotations::tags
